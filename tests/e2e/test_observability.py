"""What an operator sees of a running system: one trace from a message to a frame, metrics of every service, logs."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from todo_runtime.testing import eventually
from todo_stack.hosted import HostedStack, private_stack

from tests.e2e.receiver import Receiver, Seen, receiver
from tests.integration.sync.people import Addresses, Person, frame

MOMENT = 45.0
"""Seconds until everything has been exported: an exporter waits five, on a busy machine longer."""

SERVICES = ("chat_api", "notification", "recurring_task", "audit", "sync")
EVERYBODY = {
    "todo_rpc_requests_total",
    "todo_rpc_duration_seconds_bucket",
    "todo_rpc_in_flight",
    "todo_health",
    "todo_build_info",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
}
_OUTBOX = {
    "todo_outbox_rows",
    "todo_outbox_oldest_seconds",
    "todo_relay_published_total",
    "todo_relay_batch_rows_bucket",
    "todo_relay_waits_total",
    "todo_relay_leads",
}
_CONSUMER = {
    "todo_consumer_lag_messages",
    "todo_events_consumed_total",
    "todo_event_age_seconds_bucket",
    "todo_sequence_gaps_total",
}
_DATABASE = {"todo_db_pool_connections", "todo_db_pool_waiting", "todo_db_pool_timeouts_total"}
_GROUP = _OUTBOX | _CONSUMER | _DATABASE | {"todo_consumer_retries_total"}
OF_SERVICE = {
    "chat_api": _OUTBOX
    | _DATABASE
    | {
        "todo_reminder_lateness_seconds_bucket",
        "todo_reminder_overdue_seconds",
        "todo_http_requests_total",
        "todo_http_duration_seconds_bucket",
    },
    "notification": _GROUP,
    "recurring_task": _GROUP,
    "audit": _GROUP | {"todo_events_undecodable_total"},
    "sync": _CONSUMER | {"todo_sync_connections", "todo_sync_frames_total", "todo_sync_buffered_bytes"},
}
"""Series that must be there, not merely declared, once somebody has used the system."""


@pytest.fixture(scope="module")
def traced(request: pytest.FixtureRequest) -> Iterator[tuple[HostedStack, Receiver]]:
    """A whole system whose services send their spans to a receiver and log every call."""
    with (
        pytest.MonkeyPatch.context() as environment,
        receiver() as (kept, address),
    ):
        environment.setenv("TODO_OTLP_ENDPOINT", address)
        environment.setenv("TODO_LOG_LEVEL", "debug")
        with private_stack(services=None, keep=lambda: request.session.testsfailed > 0) as running:
            yield running, kept


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("path", "method"), [("chat:send", "SendMessage"), ("chat:stream", "StreamMessage")])
async def test_one_trace_leads_from_a_chat_message_to_the_frame(
    traced: tuple[HostedStack, Receiver], path: str, method: str
) -> None:
    system, kept = traced
    trace_id = uuid4().hex
    await _say(system, trace_id, path)
    expected = {
        ("chat_api", f"todo.chat.v1.ChatService/{method}"),
        ("chat_api", "coalesced transaction"),
        ("chat_api", "transaction"),
        ("chat_api", "send task-events"),
        ("audit", "process task-events"),
        ("recurring_task", "process task-events"),
        ("sync", "process task-events"),
        ("sync", "frame"),
    }

    def all_of_them() -> list[Seen]:
        spans = kept.of_trace(trace_id)
        missing = expected - {(span.service, span.name) for span in spans}
        assert not missing, missing
        return spans

    spans = await eventually(all_of_them, within=MOMENT, what="the whole trace")
    way = _way(spans, "frame")
    assert way[:3] == ["frame", "process task-events", "send task-events"]
    assert way[-1] == f"todo.chat.v1.ChatService/{method}"


async def test_a_reminder_that_fires_leads_back_to_the_call_that_set_it(
    traced: tuple[HostedStack, Receiver],
) -> None:
    system, kept = traced
    trace_id = uuid4().hex
    person = await Person.sign_up(Addresses(system))
    async with person.follow() as socket:
        assert (await frame(socket))["type"] == "ready"
        person.http.headers["traceparent"] = f"00-{trace_id}-{trace_id[:16]}-01"
        soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
        await person.call(f"{person.workspace}/tasks", {"title": "water the plants", "reminders": [{"at": soon}]})
        while (await frame(socket))["type"] != "notification.created":
            pass
    await person.http.aclose()

    def fired() -> list[Seen]:
        found = kept.linked_to(trace_id)
        return kept.of_trace(found[0].trace_id) if found else []

    def all_of_them() -> list[Seen]:
        spans = fired()
        missing = {"fire reminder", "send reminders", "process reminders", "send notifications", "frame"} - {
            span.name for span in spans
        }
        assert not missing, missing
        return spans

    spans = await eventually(all_of_them, within=MOMENT, what="the trace of the reminder")
    assert _way(spans, "frame") == [
        "frame",
        "process notifications",
        "send notifications",
        "process reminders",
        "send reminders",
        "fire reminder",
    ]


async def test_the_lines_of_a_call_have_its_trace(traced: tuple[HostedStack, Receiver]) -> None:
    system, _ = traced
    trace_id = uuid4().hex
    await _say(system, trace_id, "chat:send")
    lines = await eventually(lambda: _lines(system, "chat_api", trace_id), what="a line of the call")
    assert {line["method"].rpartition("/")[2] for line in lines} >= {"SendMessage"}
    assert all(line["service"] == "chat_api" and line["correlation_id"] for line in lines)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_exports_what_operators_look_at(running_system: HostedStack, service: str) -> None:
    await _say(running_system, uuid4().hex, "chat:send")
    wanted = EVERYBODY | OF_SERVICE[service]

    async def nothing_missing() -> bool:
        missing = wanted - await _samples(running_system, service)
        assert not missing, missing
        return True

    await eventually(nothing_missing, within=MOMENT, what="every metric")


async def test_the_figures_are_true(running_system: HostedStack) -> None:
    """A call is counted under its method and code, and what was published is."""
    before = await _figures(running_system, "chat_api")
    await _say(running_system, uuid4().hex, "chat:send")
    after = await _figures(running_system, "chat_api")
    call = 'todo_rpc_requests_total{code="OK",method="todo.chat.v1.ChatService/SendMessage"}'
    assert after[call] == before.get(call, 0) + 1
    published = "todo_relay_published_total{}"
    assert after[published] > before[published]
    assert after["todo_relay_leads{}"] == 1


async def _say(system: HostedStack, trace_id: str, path: str) -> None:
    """Somebody who follows their tasks adds one by chat, and sees it come."""
    person = await Person.sign_up(Addresses(system))
    said: dict[str, object] = {"text": "add water the plants", "requestId": str(uuid4())}
    async with person.follow() as socket:
        assert (await frame(socket))["type"] == "ready"
        person.http.headers["traceparent"] = f"00-{trace_id}-{trace_id[:16]}-01"
        answer = await person.http.post(f"/v1/{path}", json={"message": said} if path == "chat:stream" else said)
        assert answer.is_success, answer.text
        while (await frame(socket)).get("task", {}).get("title") != "water the plants":
            pass
    await person.http.aclose()


def _way(spans: Sequence[Seen], name: str) -> list[str]:
    """The names from a span up to its root."""
    by_id = {span.span_id: span for span in spans}
    span: Seen | None = next(span for span in spans if span.name == name)
    found = []
    while span is not None:
        found.append(span.name)
        span = by_id.get(span.parent)
    return found


def _lines(system: HostedStack, service: str, trace_id: str) -> list[dict[str, Any]]:
    """The lines of a service's log about one trace."""
    text = (system.blueprint.config.data.logs / f"{service}.log").read_text()
    return [json.loads(line) for line in text.splitlines() if trace_id in line]


async def _figures(system: HostedStack, service: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    port = system.blueprint.ports[f"{service}_metrics"]
    async with httpx.AsyncClient(timeout=10) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{key}="{value}"' for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


async def _samples(system: HostedStack, service: str) -> set[str]:
    return {name.partition("{")[0] for name in await _figures(system, service)}
