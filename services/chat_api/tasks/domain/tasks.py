"""The rules of tasks: (task, command, now) → the task after it. Pure; a rule that changes nothing returns the task.

Raises DomainError kinds with the fields at fault, as proto paths.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from todo_calendar import recurrence
from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument, invalid_at

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.shared.local_time import (
    LocalTime,
    resolve,
)
from services.chat_api.tasks.domain.fields import DRAFT_FIELDS, FIELDS
from services.chat_api.tasks.domain.fractional_index import position_of
from services.chat_api.tasks.domain.model import (
    Recurrence,
    Reminder,
    Status,
    Task,
    TaskDraft,
)
from services.chat_api.tasks.domain.reminders import reminders_of
from services.chat_api.tasks.domain.tags import tags_of

# As in todo/task/v1/task.proto: here for those who do not come in by its door.
MAX_TITLE = 500
MAX_NOTES = 20_000

_COPIED = tuple(
    attribute
    for name, attribute in DRAFT_FIELDS.items()
    if name not in ("title", "notes", "tags", "due", "start", "reminders", "recurrence")
)
"""What a task has as its draft says it: no rule is asked."""


def create(draft: TaskDraft, id_: UUID, workspace: UUID, actor: Actor, now: datetime, ids: Iterable[UUID]) -> Task:
    """A new task; `ids` gives ids for its reminders and its series."""
    fresh = iter(ids)
    due = resolve(draft.due, actor.time_zone, "task.due") if draft.due else None
    return Task(
        id=id_,
        workspace_id=workspace,
        title=title_of(draft.title),
        notes=notes_of(draft.notes),
        status=Status.OPEN,
        tags=tags_of(draft.tags) if draft.tags else (),
        position=position_of(id_),
        due=due,
        start=resolve(draft.start, actor.time_zone, "task.start") if draft.start else None,
        reminders=reminders_of(draft.reminders, due, actor.time_zone, fresh) if draft.reminders else (),
        recurrence=recurrence_of(draft, due, None, fresh) if draft.rule else None,
        created_at=now,
        created_by=actor.user_id,
        updated_at=now,
        updated_by=actor.user_id,
        completed_at=None,
        deleted_at=None,
        revision=1,
        **{name: getattr(draft, name) for name in _COPIED},
    )


def follow(task: Task, series: UUID, predecessor: UUID) -> Task:
    """A new task as the next occurrence of a series."""
    if task.recurrence is None:
        raise _wrong("task.recurrence", "A task that follows another one of a series needs a recurrence.")
    return replace(task, recurrence=replace(task.recurrence, series_id=series, predecessor_id=predecessor))


def update(
    task: Task, draft: TaskDraft, fields: Collection[str], actor: Actor, now: datetime, ids: Iterable[UUID]
) -> Task:
    """The task with the named fields (of DRAFT_FIELDS) as the draft says."""
    _require_alive(task)
    fresh = iter(ids)
    named = {
        attribute: _value_of(draft, name, attribute, actor)
        for name, attribute in DRAFT_FIELDS.items()
        if name in fields and name not in ("reminders", "recurrence")
    }
    changed = replace(task, **named)
    if "recurrence" in fields:
        changed = replace(changed, recurrence=recurrence_of(draft, changed.due, task.recurrence, fresh))
    if changed.recurrence is not None:
        _require_due(changed)
    given = draft.reminders if "reminders" in fields else task.reminders
    changed = replace(changed, reminders=reminders_of(given, changed.due, actor.time_zone, fresh, task))
    return touched(task, changed, actor, now)


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a task is after a move."""

    task_list_id: UUID | None
    parent_id: UUID | None
    position: str


def moved(task: Task, to: Moved, actor: Actor, now: datetime) -> Task:
    """The task after a move."""
    _require_alive(task)
    after = replace(task, task_list_id=to.task_list_id, parent_id=to.parent_id, position=to.position)
    return touched(task, after, actor, now)


def retagged(task: Task, tag: str, new_tag: str, actor: Actor, now: datetime) -> Task:
    """The task, also a deleted one, with one tag in place of another."""
    tags = tuple(sorted({new_tag if one == tag else one for one in task.tags}))
    return touched(task, replace(task, tags=tags), actor, now)


def reminded(task: Task, reminders: tuple[Reminder, ...], actor: Actor, now: datetime) -> Task:
    """The task with other reminders; only an open one reminds."""
    _require_alive(task)
    if task.status is not Status.OPEN:
        raise FailedPrecondition("The task is not open: it reminds nobody.", reason="NOT_OPEN")
    return touched(task, replace(task, reminders=reminders), actor, now)


def complete(task: Task, actor: Actor, now: datetime) -> Task:
    """The task, done."""
    _require_alive(task)
    if task.status is Status.COMPLETED:
        return task
    return touched(task, replace(task, status=Status.COMPLETED, completed_at=now), actor, now)


def reopen(task: Task, actor: Actor, now: datetime) -> Task:
    """The task, to be done again."""
    _require_alive(task)
    return touched(task, replace(task, status=Status.OPEN, completed_at=None), actor, now)


def drop(task: Task, actor: Actor, now: datetime) -> Task:
    """The task, given up."""
    _require_alive(task)
    return touched(task, replace(task, status=Status.DROPPED, completed_at=None), actor, now)


def delete(task: Task, actor: Actor, now: datetime) -> Task:
    """The task, deleted; a deleted one stays as it is."""
    if task.deleted_at is not None:
        return task
    return touched(task, replace(task, deleted_at=now), actor, now)


def undelete(task: Task, actor: Actor, now: datetime) -> Task:
    """The task, back again."""
    if task.deleted_at is None:
        raise FailedPrecondition("The task is not deleted.", reason="NOT_DELETED")
    return touched(task, replace(task, deleted_at=None), actor, now)


def out_of_list(task: Task, actor: Actor, now: datetime) -> Task:
    """The task in the inbox, also a deleted one: its list is gone."""
    return touched(task, replace(task, task_list_id=None), actor, now)


def require_etag(task: Task, etag: str) -> None:
    """Refuses a write that means another version than the current one."""
    if etag and etag != task.etag:
        raise Aborted(
            f"The task was changed meanwhile: its etag is now {task.etag}.",
            reason="ETAG_MISMATCH",
            metadata={"etag": task.etag},
        )


def touched(before: Task, after: Task, actor: Actor, now: datetime) -> Task:
    """The changed task with its new version; the task itself when nothing differs.

    Clocks of replicas differ: its time never goes back.
    """
    if after == before:
        return before
    at = max(now, before.updated_at)
    return replace(after, revision=before.revision + 1, updated_at=at, updated_by=actor.user_id)


def changed_fields(before: Task | None, after: Task) -> list[str]:
    """Names of the event's task fields that differ; for a new task all that are set."""
    if before is None:
        return [field.event for field in FIELDS if getattr(after, field.attribute) not in (None, "", ())]
    return [field.event for field in FIELDS if getattr(after, field.attribute) != getattr(before, field.attribute)]


def title_of(title: str) -> str:
    """A title without white space around it. Raises InvalidArgument when nothing is left, or too much."""
    stripped = title.strip()
    if not stripped:
        raise _wrong("task.title", "The title must not be empty.")
    if len(stripped) > MAX_TITLE:
        raise _wrong("task.title", f"A title has at most {MAX_TITLE} characters.")
    return stripped


def notes_of(notes: str) -> str:
    """The notes as they are. Raises InvalidArgument when they are too long."""
    if len(notes) > MAX_NOTES:
        raise _wrong("task.notes", f"Notes have at most {MAX_NOTES:,} characters.")
    return notes


def recurrence_of(
    draft: TaskDraft, due: LocalTime | None, known: Recurrence | None, ids: Iterable[UUID]
) -> Recurrence | None:
    """The recurrence that a draft asks for, in the series that the task belongs to already, or in a new one."""
    if not draft.rule:
        return None
    if draft.basis.value == "due":
        _require_due_time(due)
    with invalid_at("task.recurrence.rule"):
        rule = recurrence.parse(draft.rule).text
    if known is not None:
        return replace(known, rule=rule, basis=draft.basis)
    return Recurrence(rule, draft.basis, next(iter(ids)))


def _require_due(task: Task) -> None:
    if task.recurrence is not None and task.recurrence.basis.value == "due":
        _require_due_time(task.due)


def _require_due_time(due: LocalTime | None) -> None:
    if due is None:
        raise _wrong("task.due", "A task that repeats from its due time needs one.")


def _require_alive(task: Task) -> None:
    if task.deleted_at is not None:
        raise FailedPrecondition("The task is deleted: undelete it first.", reason="DELETED")


def _value_of(draft: TaskDraft, name: str, attribute: str, actor: Actor) -> Any:
    """What a draft says of one field, as a task has it; the other fields may be nonsense."""
    match name:
        case "title":
            return title_of(draft.title)
        case "notes":
            return notes_of(draft.notes)
        case "tags":
            return tags_of(draft.tags)
        case "due" | "start":
            return resolve(getattr(draft, name), actor.time_zone, f"task.{name}")
        case _:
            return getattr(draft, attribute)


def _wrong(field: str, text: str) -> InvalidArgument:
    return InvalidArgument.at(field, text)
