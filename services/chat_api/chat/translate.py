"""From what was said to what the task handlers take: drafts, changes and queries. Pure."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from todo_runtime.errors import FailedPrecondition

from services.chat_api.chat.interpreter import (
    Draft,
    Edit,
    Importance,
    NewDue,
    Notice,
    Query,
)
from services.chat_api.shared.local_time import (
    DAY_STARTS,
    LocalTime,
    moment,
)
from services.chat_api.tasks.domain.model import (
    Basis,
    Priority,
    Reminder,
    Status,
    Task,
    TaskDraft,
)
from services.chat_api.tasks.domain.order_by import BY_DUE
from services.chat_api.tasks.domain.queries import TaskQuery
from services.chat_api.tasks.reminders.rules import UNKNOWN

_PRIORITIES = {
    Importance.NONE: Priority.NONE,
    Importance.LOW: Priority.LOW,
    Importance.MEDIUM: Priority.MEDIUM,
    Importance.HIGH: Priority.HIGH,
    Importance.URGENT: Priority.URGENT,
}


def draft_of(said: Draft, zone: ZoneInfo) -> TaskDraft:
    """The task that is to be added."""
    return TaskDraft(
        title=said.title,
        priority=_PRIORITIES[said.importance] if said.importance else Priority.NONE,
        tags=said.tags,
        due=LocalTime(said.due.day, said.due.at, zone.key if said.due.at else None) if said.due else None,
        reminders=_reminders(said.notices),
        rule=said.repeat.rule if said.repeat else None,
        basis=Basis.COMPLETION if said.repeat and said.repeat.from_completion else Basis.DUE,
    )


def change_of(task: Task, edit: Edit, now: datetime, zone: ZoneInfo) -> tuple[TaskDraft, Collection[str]]:
    """The new values of a task, and the names of the fields that change.

    Raises FailedPrecondition when a due time is to be put off that is not there.
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
        due = None if edit.due is None else moved(task.due, edit.due, now, zone)
        draft, fields = replace(draft, due=due), fields | {"due"}
    if edit.notices:
        draft, fields = replace(draft, reminders=(*task.reminders, *_reminders(edit.notices))), fields | {"reminders"}
    return _with_repeat(draft, edit, fields)


def moved(due: LocalTime | None, new: NewDue, now: datetime, zone: ZoneInfo) -> LocalTime:
    """A due time after a change: a day alone keeps the time of day, a time of day alone keeps the day."""
    if new.by is not None:
        return _put_off(due, new.by)
    if new.at is not None:
        day = new.day or (due.date if due else _next_day(new.at, now, zone))
        return LocalTime(day, new.at, zone.key)
    day = new.day or (due.date if due else now.astimezone(zone).date())
    return LocalTime(day, due.time, due.zone) if due else LocalTime(day)


def query_of(said: Query, now: datetime, zone: ZoneInfo, limit: int) -> TaskQuery:
    """The query that a list stands for."""
    done = said.completed_on
    return TaskQuery(
        status=Status.COMPLETED if said.completed else Status.OPEN,
        tags=said.tags,
        words=said.words,
        due_from=said.due.first if said.due else None,
        due_to=said.due.last if said.due else None,
        overdue=(now, now.astimezone(zone).date()) if said.overdue else None,
        completed_from=moment(done.first, time(0), zone) if done and done.first else None,
        completed_to=moment(done.last + timedelta(days=1), time(0), zone) if done and done.last else None,
        priority=_PRIORITIES[said.importance] if said.importance else None,
        order=BY_DUE,
        limit=limit,
    )


def _with_repeat(draft: TaskDraft, edit: Edit, fields: set[str]) -> tuple[TaskDraft, Collection[str]]:
    if edit.repeat is not None:
        basis = Basis.COMPLETION if edit.repeat.from_completion else Basis.DUE
        return replace(draft, rule=edit.repeat.rule, basis=basis), fields | {"recurrence"}
    return (draft, fields | {"recurrence"}) if edit.clear_repeat else (draft, fields)


def _put_off(due: LocalTime | None, by: timedelta) -> LocalTime:
    if due is None:
        raise FailedPrecondition("It has no due time that could be put off. Say a day instead.", reason="NO_DUE")
    try:
        if due.time is None and not by % timedelta(days=1):
            return LocalTime(due.date + by)
        later = datetime.combine(due.date, due.time or DAY_STARTS) + by
    except OverflowError:
        raise FailedPrecondition("That is too far away.", reason="TOO_FAR") from None
    return LocalTime(later.date(), later.time(), due.zone)


def _next_day(at: time, now: datetime, zone: ZoneInfo) -> date:
    local = now.astimezone(zone)
    return local.date() + timedelta(days=at <= local.time())


def _reminders(notices: Collection[Notice]) -> tuple[Reminder, ...]:
    return tuple(Reminder(UNKNOWN, before=notice.before, at=notice.at) for notice in notices)
