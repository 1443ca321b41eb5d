"""Tasks between the contract and the domain."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from todo.task.v1 import task_pb2 as pb
from todo.task.v1 import task_service_pb2
from todo_calendar.local_time import parse_clock
from todo_runtime.errors import DomainError, InvalidArgument, invalid_at
from todo_runtime.field_masks import masked_fields
from todo_runtime.proto_time import instant_of, timestamp_of

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.shared.resource_names import (
    parse_task_list_name,
    parse_task_name,
    task_list_name,
    task_name,
    user_name,
)
from services.chat_api.tasks.domain import model
from services.chat_api.tasks.domain.fields import DRAFT_FIELDS, PLAIN, PLAIN_IN_DRAFTS

_STATUS: Final = {
    model.Status.OPEN: pb.STATUS_OPEN,
    model.Status.COMPLETED: pb.STATUS_COMPLETED,
    model.Status.DROPPED: pb.STATUS_DROPPED,
}
_BASIS_OUT: Final = {
    model.Basis.DUE: pb.Recurrence.BASIS_DUE,
    model.Basis.COMPLETION: pb.Recurrence.BASIS_COMPLETION,
}
_NO_ID: Final = UUID(int=0)


def task_message(task: model.Task) -> pb.Task:
    """A task as the contract shows it."""
    message = pb.Task(
        name=task_name(task.workspace_id, task.id),
        status=_STATUS[task.status],
        priority=int(task.priority),  # type: ignore[arg-type]  # the numbers are the contract's
        tags=task.tags,
        create_time=timestamp_of(task.created_at),
        creator=user_name(task.created_by),
        update_time=timestamp_of(task.updated_at),
        updater=user_name(task.updated_by),
        etag=task.etag,
        **{name: getattr(task, name) for name in PLAIN},
    )
    if task.parent_id is not None:
        message.parent_task = task_name(task.workspace_id, task.parent_id)
    if task.task_list_id is not None:
        message.task_list = task_list_name(task.workspace_id, task.task_list_id)
    if task.assignee_id is not None:
        message.assignee = user_name(task.assignee_id)
    _add_times(message, task)
    _add_parts(message, task)
    return message


def draft_of(message: pb.Task) -> model.TaskDraft:
    """What a caller says of a task. Raises InvalidArgument, naming the field."""
    recurrence = message.recurrence if message.HasField("recurrence") else None
    return model.TaskDraft(
        priority=model.Priority(message.priority or 1),
        tags=tuple(message.tags),
        task_list_id=task_list_id(message.task_list, "task.task_list") if message.task_list else None,
        parent_id=parent_id(message.parent_task, "task.parent_task") if message.parent_task else None,
        due=_local_time(message.due, "task.due") if message.HasField("due") else None,
        start=_local_time(message.start, "task.start") if message.HasField("start") else None,
        reminders=tuple(_reminder(reminder, index) for index, reminder in enumerate(message.reminders)),
        rule=recurrence.rule if recurrence else None,
        basis=_basis(recurrence) if recurrence else model.Basis.DUE,
        estimate=timedelta(seconds=message.estimate.seconds) if message.HasField("estimate") else None,
        assignee_id=_user(message.assignee) if message.assignee else None,
        **{name: getattr(message, name) for name in PLAIN_IN_DRAFTS},
    )


def _add_times(message: pb.Task, task: model.Task) -> None:
    for value, field in ((task.completed_at, message.complete_time), (task.deleted_at, message.delete_time)):
        if value is not None:
            field.CopyFrom(timestamp_of(value))
    if task.due is not None:
        message.due.CopyFrom(_local_time_message(task.due))
    if task.start is not None:
        message.start.CopyFrom(_local_time_message(task.start))


def _add_parts(message: pb.Task, task: model.Task) -> None:
    for reminder in task.reminders:
        message.reminders.append(_reminder_message(reminder))
    if task.recurrence is not None:
        message.recurrence.CopyFrom(_recurrence_message(task.workspace_id, task.recurrence))
    if task.estimate is not None:
        message.estimate.FromTimedelta(task.estimate)


def _local_time_message(value: LocalTime) -> pb.LocalTime:
    if value.time is None:
        return pb.LocalTime(date=value.date.isoformat())
    instant = timestamp_of(value.instant) if value.instant else None
    return pb.LocalTime(
        date=value.date.isoformat(), time=value.time.isoformat("seconds"), time_zone=value.zone or "", instant=instant
    )


def _reminder_message(value: model.Reminder) -> pb.Reminder:
    message = pb.Reminder(id=str(value.id))
    if value.before is not None:
        message.before_due.FromTimedelta(value.before)
    if value.at is not None:
        message.at.CopyFrom(timestamp_of(value.at))
    if value.fires_at is not None:
        message.fire_time.CopyFrom(timestamp_of(value.fires_at))
    return message


def _recurrence_message(workspace: UUID, value: model.Recurrence) -> pb.Recurrence:
    predecessor = task_name(workspace, value.predecessor_id) if value.predecessor_id else ""
    return pb.Recurrence(
        rule=value.rule, basis=_BASIS_OUT[value.basis], series=str(value.series_id), predecessor=predecessor
    )


def _basis(recurrence: pb.Recurrence) -> model.Basis:
    return model.Basis.COMPLETION if recurrence.basis == pb.Recurrence.BASIS_COMPLETION else model.Basis.DUE


def _local_time(message: pb.LocalTime, field: str) -> LocalTime:
    with invalid_at(field):
        return LocalTime(*parse_clock(message.date, message.time), message.time_zone or None)


def _reminder(message: pb.Reminder, index: int) -> model.Reminder:
    field = f"task.reminders[{index}]"
    id_ = _uuid(message.id, f"{field}.id") if message.id else _NO_ID
    if message.WhichOneof("when") == "at":
        return model.Reminder(id_, at=instant_of(message.at, f"{field}.at"))
    return model.Reminder(id_, before=timedelta(seconds=message.before_due.seconds))


def parent_id(name: str, field: str) -> UUID:
    """The id of a task that is named as a parent. Raises InvalidArgument."""
    try:
        return parse_task_name(name).task
    except DomainError:
        text = "The parent is a task, workspaces/{workspace}/tasks/{task}."
        raise InvalidArgument.at(field, text) from None


def task_list_id(name: str, field: str) -> UUID:
    """The id of a list. Raises InvalidArgument."""
    try:
        return parse_task_list_name(name).task_list
    except DomainError:
        text = "The task list is one of this workspace, workspaces/{workspace}/taskLists/{task_list}."
        raise InvalidArgument.at(field, text) from None


def updated_fields(request: task_service_pb2.UpdateTaskRequest) -> set[str]:
    """The fields that an update names. Raises InvalidArgument."""
    return masked_fields(request.update_mask, request.task, DRAFT_FIELDS)


def only(task: pb.Task, fields: set[str]) -> pb.Task:
    """The named fields of a task: the others are not looked at (AIP-134)."""
    named = pb.Task()
    named.CopyFrom(task)
    for field, _ in task.ListFields():
        if field.name not in fields:
            named.ClearField(field.name)  # type: ignore[arg-type]  # the names are the contract's
    return named


def _user(name: str) -> UUID:
    return _uuid(name.removeprefix("users/"), "task.assignee")


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        message = "Invalid id."
        raise InvalidArgument.at(field, message) from None
