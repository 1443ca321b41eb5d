"""Undo: a change of a task reversed as a new change, field by field. Pure.

What a later change made of other fields stays; where it touched the same fields, undo is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from todo_runtime.errors import Aborted

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.fields import FIELDS
from services.chat_api.tasks.domain.model import (
    Basis,
    Status,
    Task,
)
from services.chat_api.tasks.domain.reminders import (
    content,
    moved_to,
)

_TOGETHER = {field.label: tuple(other.attribute for other in FIELDS if other.label == field.label) for field in FIELDS}
"""What changes together, by what a person calls it."""

_STATE_AGAIN = {Status.OPEN: "Opened", Status.COMPLETED: "Completed", Status.DROPPED: "Dropped"}
_SHOWN = 60


def taken_back(before: Task, after: Task, current: Task, actor: Actor, now: datetime) -> Task:
    """`current` with what a change from `before` to `after` did reversed. Raises Aborted where that conflicts."""
    changed = [name for name in _TOGETHER if _values(before, name) != _values(after, name)]
    if current.deleted_at is not None and after.deleted_at is None:
        raise _conflict(f"{_called(current)} was deleted since: undelete it first.")
    for name in changed:
        if _values(current, name) != _values(after, name):
            raise _conflict(f"The {name} of {_called(current)} was changed again since: undo that change first.")
    fields = [field for name in changed for field in _TOGETHER[name]]
    merged = replace(current, **{field: getattr(before, field) for field in fields})
    if merged.recurrence is not None and merged.recurrence.basis is Basis.DUE and merged.due is None:
        raise _conflict(f"{_called(current)} repeats from its due date since: change that first.")
    if merged.due != current.due or "reminders" in changed:
        merged = replace(merged, reminders=moved_to(merged.reminders, merged.due))
    return rules.touched(current, merged, actor, now)


def uncreated(current: Task, last: int, actor: Actor, now: datetime) -> Task:
    """A task whose creation is reversed: deleted. Raises Aborted when it is not of the revision `last`."""
    if current.revision != last:
        raise _conflict(f"{_called(current)} was changed since it was created: delete it instead.")
    return rules.delete(current, actor, now)


def summary(changes: Sequence[tuple[Task, Task]]) -> str:
    """What an undo did, in words, from the tasks before and after it."""
    before, after = changes[0]
    if len(changes) > 1:
        return f"Took back a change of {len(changes)} tasks"
    if after.deleted_at is not None:
        return f"Removed {_called(after)}"
    if before.deleted_at is not None:
        return f"Brought {_called(after)} back"
    if before.status is not after.status:
        return f"{_STATE_AGAIN[after.status]} {_called(after)} again"
    names = [name for name in _TOGETHER if _values(before, name) != _values(after, name)]
    return f"Changed back the {' and the '.join(names)} of {_called(after)}"


def _values(task: Task, name: str) -> tuple[Any, ...]:
    """What is compared. When a reminder fires follows from the due date, so that is left out."""
    if name == "reminders":
        return tuple((one.id, *content(one)) for one in task.reminders)
    return tuple(getattr(task, field) for field in _TOGETHER[name])


def _called(task: Task) -> str:
    title = task.title if len(task.title) <= _SHOWN else f"{task.title[:_SHOWN]}…"
    return f"“{title}”"


def _conflict(text: str) -> Aborted:
    return Aborted(text, reason="UNDO_CONFLICT")
