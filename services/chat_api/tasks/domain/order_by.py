"""The order of a list (AIP-132): `priority desc, due`. It always ends with the id, so that it is the same each time.

What a task does not have comes last, in either direction. Source: https://google.aip.dev/132
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from todo_runtime.errors import FieldViolation, InvalidArgument

from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Status,
    Task,
)

_STATUS = {Status.OPEN: 0, Status.COMPLETED: 1, Status.DROPPED: 2}
Value = str | int | date | time | datetime | None


@dataclass(frozen=True, slots=True)
class SortKey:
    """One thing to sort by: `name` is a column (or `status_rank`), `of` gives its value of a task."""

    name: str
    of: Callable[[Task], Value]
    nullable: bool = False
    descending: bool = False


Order = tuple[SortKey, ...]


def order_of(text: str) -> Order:
    """The keys of an order; without one the order by hand. Raises InvalidArgument with the position of a fault."""
    keys: list[SortKey] = []
    position = 1
    for part in text.split(",") if text.strip() else []:
        keys += _keys(part, position + len(part) - len(part.lstrip()), keys)
        position += len(part) + 1
    return tuple(keys) if keys else BY_HAND


def sort_values_of(task: Task, order: Order) -> list[str | int | None]:
    """Where a task stands in an order, as JSON: the values of its keys, then its id."""
    return [*(_json(key.of(task)) for key in order), str(task.id)]


def _keys(part: str, position: int, before: list[SortKey]) -> list[SortKey]:
    words = part.split()
    if not words:
        raise _wrong(position, "a field was expected.")
    if words[0] not in _FIELDS:
        near = get_close_matches(words[0][:80], _FIELDS, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise _wrong(position, f"{words[0][:80]!r} is none to sort by{hint}: take {', '.join(sorted(_FIELDS))}.")
    if len(words) > 2 or (len(words) == 2 and words[1] not in ("asc", "desc")):
        raise _wrong(position + part.strip().index(words[1]), "asc or desc, or a comma, was expected.")
    descending = words[1:] == ["desc"]
    keys = [SortKey(key.name, key.of, key.nullable, descending) for key in _FIELDS[words[0]]]
    if keys[0].name in {key.name for key in before}:
        raise _wrong(position, f"{words[0]} is there already.")
    return keys


def _local(name: str) -> tuple[SortKey, ...]:
    def part(which: str) -> Callable[[Task], Value]:
        def of(task: Task) -> Value:
            value: LocalTime | None = getattr(task, name)
            return getattr(value, which) if value else None

        return of

    return (SortKey(f"{name}_date", part("date"), nullable=True), SortKey(f"{name}_time", part("time"), nullable=True))


def _json(value: Value) -> str | int | None:
    return value if value is None or isinstance(value, (str, int)) else value.isoformat()


def _wrong(position: int, text: str) -> InvalidArgument:
    message = f"The order is wrong at character {position}: {text}"
    violation = FieldViolation("order_by", message)
    return InvalidArgument(message, reason="ORDER_BY", metadata={"position": str(position)}, violations=[violation])


def _seconds(task: Task) -> Value:
    return None if task.estimate is None else int(task.estimate.total_seconds())


def _attribute(name: str) -> Callable[[Task], Any]:
    return lambda task: getattr(task, name)


_FIELDS: dict[str, tuple[SortKey, ...]] = {
    "position": (SortKey("position", _attribute("position")),),
    "title": (SortKey("title", _attribute("title")),),
    "priority": (SortKey("priority", lambda task: int(task.priority)),),
    "status": (SortKey("status_rank", lambda task: _STATUS[task.status]),),
    "due": _local("due"),
    "start": _local("start"),
    "estimate": (SortKey("estimate", _seconds, nullable=True),),
    "create_time": (SortKey("created_at", _attribute("created_at")),),
    "update_time": (SortKey("updated_at", _attribute("updated_at")),),
    "complete_time": (SortKey("completed_at", _attribute("completed_at"), nullable=True),),
    "delete_time": (SortKey("deleted_at", _attribute("deleted_at"), nullable=True),),
}
BY_HAND: Order = _FIELDS["position"]
BY_DUE: Order = (*_FIELDS["due"], SortKey("priority", lambda task: int(task.priority), descending=True), *BY_HAND)
"""What comes first when a person asks what is to be done."""
