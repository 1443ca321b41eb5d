"""The rules that an event's contract has beyond types: producers keep them, consumers count who doesn't.

Promises: `enforce` lets no event pass that breaks a rule; `count_broken` never refuses one, whatever is in it.
"""

from functools import cache

import structlog
from todo.events import Event

from todo_runtime.errors import PermanentlyBad
from todo_runtime.telemetry import metrics
from todo_runtime.wire.expressions import Rules, Violation
from todo_runtime.wire.record import EventMeta

_log = structlog.get_logger(__name__)


def enforce(event: Event) -> None:
    """Raises PermanentlyBad, naming the rules that an event breaks, and where."""
    if broken := _broken(event):
        sentences = " ".join(_sentence(one) for one in broken)
        raise PermanentlyBad(
            f"The event {event.SCHEMA.full_name} breaks its contract. {sentences}", "CONTRACT_VIOLATION"
        )


def count_broken(event: Event, meta: EventMeta) -> None:
    """Counts and logs the rules that an event from elsewhere breaks."""
    broken = _broken(event)
    if not broken:
        return
    for id_ in {one.rule.id for one in broken}:
        metrics.RULES_BROKEN.labels(meta.topic, meta.type, id_).inc()
    _log.warning(
        "event_rules_broken",
        topic=meta.topic,
        type=meta.type,
        event_id=str(meta.event_id),
        rules=sorted({f"{one.rule.path or 'this'}: {one.rule.id}" for one in broken}),
    )


def _broken(event: Event) -> list[Violation]:
    rules = _rules_of(type(event))  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
    return [] if rules.hold(event.record) else rules.broken(event.record)


@cache
def _rules_of(event: type[Event]) -> Rules:
    return Rules(event.SCHEMA.rules)


def _sentence(one: Violation) -> str:
    where = f" at {one.path}" if one.path else ""
    fault = f" ({one.fault})" if one.fault else ""
    return f"Rule {one.rule.id}{where}: {one.rule.message}{fault}"
