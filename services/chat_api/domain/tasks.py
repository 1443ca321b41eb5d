"""The rules of tasks: (task, command, now) → the task after it. Pure; a rule that changes nothing returns the task.

Raises DomainError kinds with the fields at fault, as proto paths.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from todo_runtime.errors import Aborted, FailedPrecondition, FieldViolation, InvalidArgument

from services.chat_api.domain import rrule
from services.chat_api.domain.local_time import fires_at, resolve
from services.chat_api.domain.model import Actor, LocalTime, Recurrence, Reminder, Status, Task, TaskDraft

MAX_TITLE = 500
_TAG = re.compile(r"[\w/-]{1,64}")
DRAFT_FIELDS = frozenset(
    (
        "title",
        "notes",
        "priority",
        "tags",
        "task_list",
        "parent_task",
        "due",
        "start",
        "reminders",
        "recurrence",
        "estimate",
        "assignee",
    )
)
"""What an update mask may name."""

_FIELD_OF = {
    "title": "title",
    "notes": "notes",
    "priority": "priority",
    "tags": "tags",
    "parent_task": "parent_id",
    "due": "due",
    "start": "start",
    "estimate": "estimate",
    "assignee": "assignee_id",
}
_EVENT_FIELDS = (
    "title",
    "notes",
    "status",
    "priority",
    "tags",
    "parent_id",
    "position",
    "due",
    "start",
    "reminders",
    "recurrence",
    "estimate",
    "assignee_id",
    "completed_at",
    "deleted_at",
)
_AVRO_NAME = {"parent_id": "parent_task_id", "estimate": "estimate_seconds"}


def create(draft: TaskDraft, id_: UUID, workspace: UUID, actor: Actor, now: datetime, ids: Iterable[UUID]) -> Task:
    """A new task; `ids` gives ids for its reminders and its series."""
    fresh = iter(ids)
    due = resolve(draft.due, actor.time_zone, "task.due")
    return Task(
        id=id_,
        workspace_id=workspace,
        title=title_of(draft.title),
        notes=draft.notes,
        status=Status.OPEN,
        priority=draft.priority,
        tags=tags_of(draft.tags),
        parent_id=draft.parent_id,
        position=position_of(id_),
        due=due,
        start=resolve(draft.start, actor.time_zone, "task.start"),
        reminders=reminders_of(draft.reminders, due, actor, fresh) if draft.reminders else (),
        recurrence=recurrence_of(draft, due, None, fresh) if draft.rule else None,
        estimate=draft.estimate,
        assignee_id=draft.assignee_id,
        created_at=now,
        created_by=actor.user_id,
        updated_at=now,
        updated_by=actor.user_id,
        completed_at=None,
        deleted_at=None,
        revision=1,
    )


def follow(task: Task, series: UUID, predecessor: UUID) -> Task:
    """A new task as the next occurrence of a series."""
    if task.recurrence is None:
        text = "A task that follows another one of a series needs a recurrence."
        raise InvalidArgument(text, violations=[FieldViolation("task.recurrence", text)])
    return replace(task, recurrence=replace(task.recurrence, series_id=series, predecessor_id=predecessor))


def update(
    task: Task, draft: TaskDraft, fields: Collection[str], actor: Actor, now: datetime, ids: Iterable[UUID]
) -> Task:
    """The task with the named fields (of DRAFT_FIELDS) as the draft says."""
    _require_alive(task)
    fresh = iter(ids)
    normal = replace(
        draft,
        title=title_of(draft.title) if "title" in fields else task.title,
        tags=tags_of(draft.tags),
        due=resolve(draft.due, actor.time_zone, "task.due"),
        start=resolve(draft.start, actor.time_zone, "task.start"),
    )
    changed = replace(
        task, **{_FIELD_OF[name]: getattr(normal, _FIELD_OF[name]) for name in fields if name in _FIELD_OF}
    )
    if "recurrence" in fields:
        changed = replace(changed, recurrence=recurrence_of(draft, changed.due, task.recurrence, fresh))
    if changed.recurrence is not None:
        _require_due(changed)
    given = draft.reminders if "reminders" in fields else task.reminders
    changed = replace(changed, reminders=reminders_of(given, changed.due, actor, fresh, known=task.reminders))
    return touched(task, changed, actor, now)


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


def require_etag(task: Task, etag: str) -> None:
    """Refuses a write that means another version than the current one."""
    if etag and etag != task.etag:
        raise Aborted(
            f"The task was changed meanwhile: its etag is now {task.etag}.",
            reason="ETAG_MISMATCH",
            metadata={"etag": task.etag},
        )


def touched(before: Task, after: Task, actor: Actor, now: datetime) -> Task:
    """The changed task with its new version; the task itself when nothing differs."""
    if after == before:
        return before
    return replace(after, revision=before.revision + 1, updated_at=now, updated_by=actor.user_id)


def changed_fields(before: Task | None, after: Task) -> list[str]:
    """Names of the event's task fields that differ; for a new task all that are set."""
    if before is None:
        names = [name for name in _EVENT_FIELDS if getattr(after, name) not in (None, "", ())]
    else:
        names = [name for name in _EVENT_FIELDS if getattr(after, name) != getattr(before, name)]
    return [_AVRO_NAME.get(name, name) for name in names]


def title_of(title: str) -> str:
    """A title without white space around it. Raises InvalidArgument when nothing is left."""
    stripped = title.strip()
    if not stripped:
        text = "The title must not be empty."
        raise InvalidArgument(text, violations=[FieldViolation("task.title", text)])
    return stripped


def tags_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in lower case, in normal form, sorted, each once. Raises InvalidArgument for what is no tag."""
    return tuple(sorted({_tag(tag, place) for place, tag in enumerate(tags)}))


def position_of(id_: UUID) -> str:
    """The place behind all older tasks: a fractional index that grows with the time-ordered id."""
    return f"a{id_.hex[:19]}"


def reminders_of(
    given: Iterable[Reminder],
    due: LocalTime | None,
    actor: Actor,
    ids: Iterable[UUID],
    known: Iterable[Reminder] = (),
) -> tuple[Reminder, ...]:
    """Reminders with ids and with the moments that follow from the due time; equal ones once."""
    fresh = iter(ids)
    kept = {reminder.id for reminder in known}
    found: dict[tuple[timedelta | None, datetime | None], Reminder] = {}
    for reminder in given:
        id_ = reminder.id if reminder.id in kept else next(fresh)
        resolved = replace(reminder, id=id_, fires_at=fires_at(reminder, due, actor.time_zone))
        found.setdefault((reminder.before, reminder.at), resolved)
    return tuple(found.values())


def recurrence_of(
    draft: TaskDraft, due: LocalTime | None, known: Recurrence | None, ids: Iterable[UUID]
) -> Recurrence | None:
    """The recurrence that a draft asks for, in the series that the task belongs to already, or in a new one."""
    if not draft.rule:
        return None
    if draft.basis.value == "due":
        _require_due_time(due)
    rule = rrule.check(draft.rule)
    if known is not None:
        return replace(known, rule=rule, basis=draft.basis)
    return Recurrence(rule, draft.basis, next(iter(ids)))


def _require_due(task: Task) -> None:
    if task.recurrence is not None and task.recurrence.basis.value == "due":
        _require_due_time(task.due)


def _require_due_time(due: LocalTime | None) -> None:
    if due is None:
        text = "A task that repeats from its due time needs one."
        raise InvalidArgument(text, violations=[FieldViolation("task.due", text)])


def _require_alive(task: Task) -> None:
    if task.deleted_at is not None:
        raise FailedPrecondition("The task is deleted: undelete it first.", reason="DELETED")


def _tag(tag: str, place: int) -> str:
    normal = unicodedata.normalize("NFC", tag.removeprefix("#")).lower()
    if not _TAG.fullmatch(normal):
        text = "A tag has 1 to 64 letters, digits, - _ and /."
        raise InvalidArgument(text, violations=[FieldViolation(f"task.tags[{place}]", text)])
    return normal
