"""Every metric of the runtime, declared once with its meaning. Exposed at /metrics of the metrics port.

Names follow Prometheus: base units, `_total` for counters. Labels have few values: method names, topics, codes,
never ids.
"""

from collections.abc import Iterable
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

# A second series for each counter, which nobody reads.
disable_created_metrics()  # type: ignore[no-untyped-call] # ships without annotations

REGISTRY = CollectorRegistry()
"""What /metrics shows."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

DURATIONS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of histogram buckets, seconds."""


class Declared(NamedTuple):
    """A metric whose values a collector of its own brings along."""

    name: str
    meaning: str
    labels: tuple[str, ...]


# RPC server: counted by telemetry.calls, which is cheaper than a counter object for each series.
RPC_REQUESTS = Declared(
    "todo_rpc_requests", "gRPC calls answered, also in process, by status code.", ("method", "code")
)
RPC_DURATION = Declared(
    "todo_rpc_duration_seconds", "Time from a call's arrival to its answer, whatever it is.", ("method",)
)
RPC_IN_FLIGHT = Declared("todo_rpc_in_flight", "Calls being worked on now.", ("method",))

# REST gateway: counted in the same way. `method` is that of the route, `none` where nothing is.
HTTP_REQUESTS = Declared(
    "todo_http_requests",
    "Requests that the REST gateway answered, by HTTP status, 499 for a client that went away; `none` has no route.",
    ("method", "status"),
)
HTTP_DURATION = Declared(
    "todo_http_duration_seconds", "Time from a request's head to the end of its answer.", ("method",)
)

# Connections to the database: read from the pools by db.pools.
POOL_CONNECTIONS = Declared("todo_db_pool_connections", "Open connections of a pool.", ("pool",))
POOL_IDLE = Declared("todo_db_pool_idle", "Connections of a pool that nobody uses now.", ("pool",))
POOL_WAITING = Declared("todo_db_pool_waiting", "Transactions that wait for a connection now.", ("pool",))
POOL_WAITED = Declared("todo_db_pool_wait_seconds", "Time that transactions waited for a connection.", ("pool",))
POOL_TIMEOUTS = Declared(
    "todo_db_pool_timeouts", "Transactions that got no connection in time, or none at all.", ("pool",)
)

BUILD_INFO = Gauge("todo_build_info", "Always 1; `version` is that of the image.", ("version",), registry=REGISTRY)

TOKENS_VERIFIED = Counter(
    "todo_tokens_verified_total",
    "Bearer tokens whose signature was checked, by outcome: verified or refused; the cache answers for the rest.",
    ("outcome",),
    registry=REGISTRY,
)

# Outbox
RELAY_PUBLISHED = Counter("todo_relay_published_total", "Outbox rows that the broker acknowledged.", registry=REGISTRY)
RELAY_BATCH = Histogram(
    "todo_relay_batch_rows",
    "Rows that the relay read at once.",
    registry=REGISTRY,
    buckets=(1, 5, 20, 50, 100, 200, 500, 1000),
)
RELAY_WAITS = Counter(
    "todo_relay_waits_total", "Faults of the broker or the database that the relay waited after.", registry=REGISTRY
)
RELAY_LEADS = Gauge(
    "todo_relay_leads",
    "Whether this process publishes (1) or stands by (0): one of a database's does.",
    registry=REGISTRY,
)
OUTBOX_ROWS = Gauge(
    "todo_outbox_rows", "Events that wait for the relay, counted up to 100,000; of the database.", registry=REGISTRY
)
OUTBOX_AGE = Gauge(
    "todo_outbox_oldest_seconds",
    "Age of the event that waits longest, 0 when none does; of the database.",
    registry=REGISTRY,
)

# Consumers
CONSUMER_LAG = Gauge(
    "todo_consumer_lag_messages",
    "Messages in this member's partitions that its consumer has not finished.",
    ("consumer", "topic"),
    registry=REGISTRY,
)
EVENTS_CONSUMED = Counter(
    "todo_events_consumed_total",
    "Messages taken from Kafka, by outcome: processed, duplicate, ignored or dead.",
    ("topic", "outcome"),
    registry=REGISTRY,
)
RULES_BROKEN = Counter(
    "todo_event_rules_broken_total",
    "Events from elsewhere that break a rule of their contract, by the rule's id; they are processed all the same.",
    ("topic", "type", "rule"),
    registry=REGISTRY,
)
SEQUENCE_GAPS = Counter(
    "todo_sequence_gaps_total",
    "Events whose predecessor had not come: never expected.",
    ("topic",),
    registry=REGISTRY,
)
OUTCOMES = ("processed", "duplicate", "ignored", "dead")


def begin_consumer(topics: Iterable[str]) -> None:
    """Begins the series of a consumer at 0: of one that begins at 1, `increase` never sees the first event."""
    for topic in topics:
        SEQUENCE_GAPS.labels(topic)
        for outcome in OUTCOMES:
            EVENTS_CONSUMED.labels(topic, outcome)


CONSUMER_RETRIES = Counter(
    "todo_consumer_retries_total", "Attempts that ended in a passing fault.", ("consumer",), registry=REGISTRY
)
EVENT_AGE = Histogram(
    "todo_event_age_seconds",
    "Time from an event's making to the end of its processing here.",
    ("topic",),
    registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0),
)

# chat_api
REMINDER_LATENESS = Histogram(
    "todo_reminder_lateness_seconds",
    "Time from the moment that a reminder names to the commit of its event.",
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0),
)
REMINDER_OVERDUE = Gauge(
    "todo_reminder_overdue_seconds",
    "How late the reminder is that should have fired first, 0 when none is due; of the database.",
    registry=REGISTRY,
)

# audit
EVENTS_UNDECODABLE = Counter(
    "todo_events_undecodable_total",
    "Events that were recorded although their bodies can't be decoded.",
    ("topic",),
    registry=REGISTRY,
)

# sync
SYNC_CONNECTIONS = Gauge(
    "todo_sync_connections", "Subscribers now, by transport: websocket or grpc.", ("transport",), registry=REGISTRY
)
SYNC_FRAMES = Counter("todo_sync_frames_total", "Changes handed to subscribers.", registry=REGISTRY)
SYNC_RESYNCS = Counter(
    "todo_sync_resyncs_total",
    "Times that a subscriber was told to read anew, by cause: slow, unbridged or foreign (cursor).",
    ("cause",),
    registry=REGISTRY,
)
SYNC_BUFFERED = Gauge(
    "todo_sync_buffered_bytes", "Size of the events that are kept for those who come back.", registry=REGISTRY
)

# Health
HEALTH = Gauge("todo_health", "Whether a component works (1) or not (0).", ("component",), registry=REGISTRY)


def exposition() -> bytes:
    """The text of /metrics."""
    return generate_latest(REGISTRY)


def register_process_metrics() -> None:
    """Adds memory, CPU, open files and garbage collection of this process; once per process, by the lifecycle."""
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=REGISTRY)
