"""The rules that an event's contract has besides types: producers enforce them, consumers count violations.

Guarantees: `enforce` rejects every event that breaks a rule; `count_broken` never rejects one, whatever is in it.
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
    """Raises PermanentlyBad with the rules that an event breaks, and where."""
    if broken := _broken(event):
        sentences = " ".join(_sentence(violation) for violation in broken)
        raise PermanentlyBad(
            f"The event {event.SCHEMA.full_name} breaks its contract. {sentences}", "CONTRACT_VIOLATION"
        )


def count_broken(event: Event, meta: EventMeta) -> None:
    """Counts and logs the rules that a received event breaks."""
    broken = _broken(event)
    if not broken:
        return
    for id_ in {violation.rule.id for violation in broken}:
        metrics.RULES_BROKEN.labels(meta.topic, meta.type, id_).inc()
    _log.warning(
        "event_rules_broken",
        topic=meta.topic,
        type=meta.type,
        event_id=str(meta.event_id),
        rules=sorted({f"{violation.rule.path or 'this'}: {violation.rule.id}" for violation in broken}),
    )


def _broken(event: Event) -> list[Violation]:
    rules = _rules_of(type(event))  # type: ignore[arg-type]  # a class is hashable, whatever its instances are
    return [] if rules.hold(event.record) else rules.broken(event.record)


@cache
def _rules_of(event: type[Event]) -> Rules:
    return Rules(event.SCHEMA.rules)


def _sentence(violation: Violation) -> str:
    path = f" at {violation.path}" if violation.path else ""
    fault = f" ({violation.fault})" if violation.fault else ""
    return f"Rule {violation.rule.id}{path}: {violation.rule.message}{fault}"
