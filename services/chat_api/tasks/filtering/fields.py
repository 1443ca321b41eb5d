"""The fields of a task that a filter may name: which comparisons they know, and what these ask of which column.

Times: a day (`due <= 2027-01-01`) is compared by date, and where an instant is stored, is the caller's whole day; an
instant is compared as it is, and a due date without a time of day stands for its beginning in the caller's zone.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from services.chat_api.tasks.domain.fields import PLAIN_IN_DRAFTS
from services.chat_api.tasks.domain.model import (
    Basis,
    Priority,
    Status,
)
from services.chat_api.tasks.filtering.conditions import (
    NEVER,
    And,
    Condition,
    Filter,
    Has,
    Matches,
    Not,
    Operator,
    Or,
)
from services.chat_api.tasks.filtering.problems import problem
from services.chat_api.tasks.filtering.tokens import Token
from services.chat_api.tasks.filtering.values import (
    Day,
    FilterContext,
    Instant,
    clock_of,
    date_of,
    duration_of,
    id_of,
    person_of,
    time_of,
)

Asks = Callable[[str, Token, FilterContext], Filter]
"""From a comparator (without `!=`, which is the opposite of `=`), a value and whose filter it is, to a condition."""

_ANY = "*"


@dataclass(frozen=True, slots=True)
class Field:
    """`comparators` that it knows besides `!=`; `asks` is what they ask."""

    comparators: tuple[str, ...]
    asks: Asks


def asked(name: Token, comparator: Token, value: Token, context: FilterContext) -> Filter:
    """What `name comparator value` asks. Raises InvalidArgument with the position of what is wrong."""
    field = FIELDS.get(name.text)
    if field is None or name.kind == "string":
        raise _unknown(name)
    sign = "=" if comparator.text == "!=" else comparator.text
    if sign not in field.comparators:
        known = ", ".join([*field.comparators, *(["!="] if "=" in field.comparators else [])])
        raise problem(comparator.position, f"{name.text} knows {known}, not {comparator.text}.")
    condition = field.asks(sign, value, context)
    return Not(condition) if comparator.text == "!=" else condition


def flag(name: str) -> Filter | None:
    """What a word that is one of the flags (`completed`, `open`, …) asks; None for any other word."""
    return _FLAGS.get(name)


def _unknown(name: Token) -> Exception:
    near = [] if name.kind == "string" else get_close_matches(name.text[:80], FIELDS, 1)
    hint = f"did you mean {near[0]}?" if near else f"know {', '.join(sorted(one for one in FIELDS if '.' not in one))}."
    return problem(name.position, f"there is no field {name.text[:80]!r}: {hint}")


def _text(column: str) -> Field:
    def asks(sign: str, value: Token, _context: FilterContext) -> Filter:
        if sign == ":":
            return Has(column) if _is_any(value) else Matches(column, f"%{_pattern(value.text)}%")
        return Matches(column, _pattern(value.text))

    return Field(("=", ":"), asks)


def _status(_sign: str, value: Token, _context: FilterContext) -> Filter:
    try:
        return Condition("status", "=", Status[value.text.upper()].value)
    except KeyError:
        raise problem(value.position, "OPEN, COMPLETED or DROPPED was expected.") from None


def _priority(sign: str, value: Token, _context: FilterContext) -> Filter:
    try:
        return Condition("priority", _operator(sign), int(Priority[value.text.upper().removeprefix("PRIORITY_")]))
    except KeyError:
        raise problem(value.position, f"one of {', '.join(Priority.__members__)} was expected.") from None


def _tags(_sign: str, value: Token, _context: FilterContext) -> Filter:
    if _is_any(value):
        return Has("tags")
    tag = unicodedata.normalize("NFC", value.text.removeprefix("#")).lower()
    return Matches("tags", _pattern(tag)) if _ANY in tag else Has("tags", tag)


def _basis(_sign: str, value: Token, _context: FilterContext) -> Filter:
    try:
        return Condition("basis", "=", Basis[value.text.upper().removeprefix("BASIS_")].value)
    except KeyError:
        raise problem(value.position, "DUE or COMPLETION was expected.") from None


def _etag(_sign: str, value: Token, _context: FilterContext) -> Filter:
    return Condition("revision", "=", int(value.text)) if _REVISION.fullmatch(value.text) else NEVER


def _position(sign: str, value: Token, _context: FilterContext) -> Filter:
    return Condition("position", _operator(sign), value.text)


def _local_time(name: str) -> Field:
    """`due` or `start`: a date, and the instant where it has a time of day."""

    def asks(sign: str, value: Token, context: FilterContext) -> Filter:
        if _is_any(value) and sign == ":":
            return Has(f"{name}_date")
        given = time_of(value, context)
        if isinstance(given, Day):
            return Condition(f"{name}_date", _operator(sign), given.date)
        timed = Condition(f"{name}_at", _operator(sign), given.at)
        return Or((timed, And((Not(Has(f"{name}_at")), _whole_day(f"{name}_date", _operator(sign), given)))))

    return Field((*_ORDER, ":"), asks)


def _date(column: str) -> Field:
    def asks(sign: str, value: Token, context: FilterContext) -> Filter:
        if _is_any(value) and sign == ":":
            return Has(column)
        return Condition(column, _operator(sign), date_of(value, context))

    return Field((*_ORDER, ":"), asks)


def _clock(column: str) -> Field:
    def asks(sign: str, value: Token, _context: FilterContext) -> Filter:
        return Has(column) if _is_any(value) and sign == ":" else Condition(column, _operator(sign), clock_of(value))

    return Field((*_ORDER, ":"), asks)


def _whole_day(column: str, sign: Operator, given: Instant) -> Filter:
    """How the beginning of a stored day compares with an instant."""
    if sign == "=":
        return Condition(column, "=", given.day) if given.midnight else NEVER
    if sign in ("<", ">="):
        bound = given.day if given.midnight else given.day + timedelta(days=1)
        return Condition(column, sign, bound)
    return Condition(column, sign, given.day)


def _instant(column: str) -> Field:
    def asks(sign: str, value: Token, context: FilterContext) -> Filter:
        if _is_any(value) and sign == ":":
            return Has(column)
        given = time_of(value, context)
        if isinstance(given, Instant):
            return Condition(column, _operator(sign), given.at)
        match _operator(sign):
            case "<":
                return Condition(column, "<", given.begins)
            case "<=":
                return Condition(column, "<", given.ends)
            case ">":
                return Condition(column, ">=", given.ends)
            case ">=":
                return Condition(column, ">=", given.begins)
            case _:
                return And((Condition(column, ">=", given.begins), Condition(column, "<", given.ends)))

    return Field((*_ORDER, ":"), asks)


def _local_time_fields(name: str) -> dict[str, Field]:
    """`due` or `start`, with its parts."""
    return {
        name: _local_time(name),
        f"{name}.date": _date(f"{name}_date"),
        f"{name}.time": _clock(f"{name}_time"),
        f"{name}.time_zone": _text(f"{name}_zone"),
        f"{name}.instant": _instant(f"{name}_at"),
    }


def _estimate(sign: str, value: Token, _context: FilterContext) -> Filter:
    if _is_any(value) and sign == ":":
        return Has("estimate")
    return Condition("estimate", _operator(sign), duration_of(value))


def _person(column: str) -> Field:
    def asks(sign: str, value: Token, context: FilterContext) -> Filter:
        if _is_any(value) and sign == ":":
            return Has(column)
        return _nobody(column) if not value.text else Condition(column, "=", person_of(value, context))

    return Field(("=", ":"), asks)


def _resource(column: str, prefix: str, wanted: str) -> Field:
    def asks(sign: str, value: Token, _context: FilterContext) -> Filter:
        if _is_any(value) and sign == ":":
            return Has(column)
        return _nobody(column) if not value.text else Condition(column, "=", id_of(value, prefix, wanted))

    return Field(("=", ":"), asks)


def _present(column: str) -> Field:
    def asks(_sign: str, value: Token, _context: FilterContext) -> Filter:
        if not _is_any(value):
            raise problem(value.position, "only * was expected here: whether there is one.")
        return Has(column)

    return Field((":",), asks)


def _boolean(name: str) -> Field:
    def asks(_sign: str, value: Token, _context: FilterContext) -> Filter:
        if value.text not in ("true", "false"):
            raise problem(value.position, "true or false was expected.")
        return _FLAGS[name] if value.text == "true" else Not(_FLAGS[name])

    return Field(("=",), asks)


def _operator(sign: str) -> Operator:
    return "=" if sign == ":" else sign  # type: ignore[return-value]  # asked() lets only those pass that a field knows


def _nobody(column: str) -> Filter:
    return Not(Has(column))


def _is_any(value: Token) -> bool:
    return value.kind == "text" and value.text == _ANY


def _pattern(text: str) -> str:
    """The pattern of a text in which `*` stands for anything."""
    return "%".join(_literal(part) for part in text.split(_ANY))


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_REVISION = re.compile(r"[1-9][0-9]{0,17}")
_ORDER = ("=", "<", "<=", ">", ">=")
_FLAGS: dict[str, Filter] = {
    "open": Condition("status", "=", Status.OPEN.value),
    "completed": Condition("status", "=", Status.COMPLETED.value),
    "dropped": Condition("status", "=", Status.DROPPED.value),
    "deleted": Has("deleted_at"),
}
_TASK = "a task, workspaces/{workspace}/tasks/{task},"
FIELDS: dict[str, Field] = {
    "name": _resource("id", "tasks/", _TASK),
    **{name: _text(name) for name in PLAIN_IN_DRAFTS},
    "status": Field(("=", ":"), _status),
    "priority": Field((*_ORDER, ":"), _priority),
    "tags": Field((":",), _tags),
    "position": Field(_ORDER, _position),
    **_local_time_fields("due"),
    **_local_time_fields("start"),
    "create_time": _instant("created_at"),
    "update_time": _instant("updated_at"),
    "complete_time": _instant("completed_at"),
    "delete_time": _instant("deleted_at"),
    "estimate": Field((*_ORDER, ":"), _estimate),
    "assignee": _person("assignee_id"),
    "creator": _person("created_by"),
    "updater": _person("updated_by"),
    "parent_task": _resource("parent_id", "tasks/", _TASK),
    "task_list": _resource("task_list_id", "taskLists/", "a list, workspaces/{workspace}/taskLists/{task_list},"),
    "recurrence": _present("rrule"),
    "recurrence.rule": _text("rrule"),
    "recurrence.basis": Field(("=", ":"), _basis),
    "recurrence.series": _resource("series_id", "", "the id of a series"),
    "recurrence.predecessor": _resource("predecessor_id", "tasks/", _TASK),
    "reminders": _present("reminders"),
    "etag": Field(("=",), _etag),
    **{name: _boolean(name) for name in ("open", "completed", "dropped", "deleted")},
}
