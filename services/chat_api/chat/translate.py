"""From parsed commands to the arguments of the task services: drafts, changes and queries. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from todo_calendar.local_time import to_utc
from todo_runtime.errors import FailedPrecondition

from services.chat_api.chat.interpreter import Draft, Edit, Importance, NewDue, Query, ReminderTime
from services.chat_api.shared.local_time import DAY_STARTS, LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, Task, TaskDraft
from services.chat_api.tasks.domain.order_by import BY_DUE
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.tasks.filtering.queries import TaskQuery

_PRIORITIES = {
    Importance.NONE: Priority.NONE,
    Importance.LOW: Priority.LOW,
    Importance.MEDIUM: Priority.MEDIUM,
    Importance.HIGH: Priority.HIGH,
    Importance.URGENT: Priority.URGENT,
}


def to_draft(draft: Draft, zone: ZoneInfo) -> TaskDraft:
    """The task that is to be added."""
    return TaskDraft(
        title=draft.title,
        priority=_PRIORITIES[draft.importance] if draft.importance else Priority.NONE,
        tags=draft.tags,
        due=LocalTime(draft.due.day, draft.due.at, zone.key if draft.due.at else None) if draft.due else None,
        reminders=_to_reminders(draft.reminders),
        rule=draft.recurrence.rule if draft.recurrence else None,
        basis=Basis.COMPLETION if draft.recurrence and draft.recurrence.from_completion else Basis.DUE,
    )


def to_change(task: Task, edit: Edit, now: datetime, zone: ZoneInfo) -> tuple[TaskDraft, Collection[str]]:
    """The new values of a task, and the names of the fields that change.

    Raises FailedPrecondition when a task without a due time is to be postponed.
    """
    draft, fields = TaskDraft(basis=task.recurrence.basis if task.recurrence else Basis.DUE), set[str]()
    if edit.title is not None:
        draft, fields = replace(draft, title=edit.title), fields | {"title"}
    if edit.importance is not None:
        draft, fields = replace(draft, priority=_PRIORITIES[edit.importance]), fields | {"priority"}
    if edit.add_tags or edit.remove_tags:
        tags = (*(tag for tag in task.tags if tag not in edit.remove_tags), *edit.add_tags)
        draft, fields = replace(draft, tags=tags), fields | {"tags"}
    if edit.due is not None or edit.clear_due:
        due = None if edit.due is None else move_due(task.due, edit.due, now, zone)
        draft, fields = replace(draft, due=due), fields | {"due"}
    if edit.reminders:
        draft, fields = (
            replace(draft, reminders=(*task.reminders, *_to_reminders(edit.reminders))),
            fields | {"reminders"},
        )
    return _with_recurrence(draft, edit, fields)


def move_due(due: LocalTime | None, new: NewDue, now: datetime, zone: ZoneInfo) -> LocalTime:
    """A due time after a change: a day alone keeps the time of day, a time of day alone keeps the day."""
    if new.by is not None:
        return _postpone(due, new.by)
    if new.at is not None:
        day = new.day or (due.date if due else _find_next_day(new.at, now, zone))
        return LocalTime(day, new.at, zone.key)
    day = new.day or (due.date if due else now.astimezone(zone).date())
    return LocalTime(day, due.time, due.zone) if due else LocalTime(day)


def to_query(query: Query, now: datetime, zone: ZoneInfo, limit: int) -> TaskQuery:
    """The query that a list stands for."""
    done = query.completed_on
    return TaskQuery(
        status=Status.COMPLETED if query.completed else Status.OPEN,
        tags=query.tags,
        words=query.words,
        due_from=query.due.first if query.due else None,
        due_to=query.due.last if query.due else None,
        overdue=(now, now.astimezone(zone).date()) if query.overdue else None,
        completed_from=to_utc(done.first, time(0), zone) if done and done.first else None,
        completed_to=to_utc(done.last + timedelta(days=1), time(0), zone) if done and done.last else None,
        priority=_PRIORITIES[query.importance] if query.importance else None,
        order=BY_DUE,
        limit=limit,
    )


def _with_recurrence(draft: TaskDraft, edit: Edit, fields: set[str]) -> tuple[TaskDraft, Collection[str]]:
    if edit.recurrence is not None:
        basis = Basis.COMPLETION if edit.recurrence.from_completion else Basis.DUE
        return replace(draft, rule=edit.recurrence.rule, basis=basis), fields | {"recurrence"}
    return (draft, fields | {"recurrence"}) if edit.clear_recurrence else (draft, fields)


def _postpone(due: LocalTime | None, by: timedelta) -> LocalTime:
    if due is None:
        raise FailedPrecondition("It has no due time that could be put off. Say a day instead.", reason="NO_DUE")
    try:
        if due.time is None and not by % timedelta(days=1):
            return LocalTime(due.date + by)
        later = datetime.combine(due.date, due.time or DAY_STARTS) + by
    except OverflowError:
        raise FailedPrecondition("That is too far away.", reason="TOO_FAR") from None
    return LocalTime(later.date(), later.time(), due.zone)


def _find_next_day(at: time, now: datetime, zone: ZoneInfo) -> date:
    local = now.astimezone(zone)
    return local.date() + timedelta(days=at <= local.time())


def _to_reminders(reminders: Collection[ReminderTime]) -> tuple[Reminder, ...]:
    return tuple(Reminder(UNKNOWN, before=reminder.before, at=reminder.at) for reminder in reminders)
