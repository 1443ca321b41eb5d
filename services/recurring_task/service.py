"""The use case of this service: creates the next occurrence after one was completed.

The remote call comes first, the record after it: the call is idempotent (its request id follows from the series and the
predecessor, and chat_api creates one successor for a predecessor), so repeating it after a crash is harmless.
"""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import grpc
from todo.task.v1 import task_pb2, task_service_pb2
from todo.types.v1 import LocalTime as EventLocalTime
from todo.types.v1 import Priority, RecurrenceBasis, Task
from todo_bindings.recurring_task.clients import TaskServiceClient
from todo_calendar.local_time import LocalTime, parse_clock
from todo_calendar.time_zones import time_zone
from todo_product.access import AccessReader
from todo_runtime.auth import ServiceCredentials
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import (
    Aborted,
    DomainError,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    RetryLater,
    Unauthenticated,
)
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.wire.record import EventMeta

from services.recurring_task import store
from services.recurring_task.domain.series import Completed, next_occurrence
from services.recurring_task.domain.shifting import shifted, shifted_instant
from services.recurring_task.store import Occurrence, Series

_PRIORITY = {priority: number for number, priority in enumerate(Priority, start=1)}
_TRANSIENT = (Aborted, ResourceExhausted, Unauthenticated)
"""Refusals that say nothing about the task: somebody else was faster, a limit was reached, keys are being rotated."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be recorded about a completed occurrence."""

    series: Series
    occurrence: Occurrence


class Occurrences:
    """Creates next occurrences through chat_api and records them."""

    def __init__(
        self, database: Database, tasks: TaskServiceClient, credentials: ServiceCredentials, access: AccessReader
    ) -> None:
        self._database = database
        self._tasks = tasks
        self._credentials = credentials
        self._access = access

    async def find_series(self, task: Task, series: UUID) -> tuple[Series | None, bool]:
        """The state of a series (None before its first completion), and whether the task already has a successor.

        It has one when the task is completed a second time, or when the event is redelivered.
        """
        async with self._database.transaction() as tx:
            await store.enter(tx, task.workspace_id)
            known = await store.find(tx, task.workspace_id, series)
            followed = known is not None and await store.has_follower(tx, task.workspace_id, series, task.id)
        return known, followed

    async def create_next(self, task: Task, actor: UUID, meta: EventMeta, series: Series) -> Outcome:
        """Creates the next occurrence, or says why there is none. `series` is its state, as `with_current_rule` says.

        Raises RetryLater while chat_api is unavailable, InvalidArgument when it refuses the request.
        """
        zone = (await self._access.of(actor)).profile.time_zone or "UTC"
        following = next_occurrence(_completed(task, series, zone))
        if following is None:
            return _ended(series, task, "ended", "The rule has no further occurrence.")
        try:
            successor = await self._create(_successor(task, following, zone), task, actor, meta)
        except (NotFound, PermissionDenied, FailedPrecondition) as error:
            return _ended(series, task, "skipped", error.message)
        moved = replace(
            series,
            start=series.start or following,
            made=series.made + 1,
            reached=following.date,
            latest_task_id=successor,
            state="active",
            updated_at=_completed_at(task),
        )
        return Outcome(moved, Occurrence(task.id, successor, following, "created", ""))

    async def record(self, tx: Transaction, outcome: Outcome) -> None:
        """Stores an outcome, in the transaction that moves the high-water mark."""
        await store.enter(tx, outcome.series.workspace_id)
        await store.record(tx, outcome.series, outcome.occurrence)

    async def _create(self, successor: task_pb2.Task, task: Task, actor: UUID, meta: EventMeta) -> UUID:
        try:
            return await self._call(successor, task, actor, meta)
        except InvalidArgument as error:
            if not successor.assignee or all(violation.field != "task.assignee" for violation in error.violations):
                raise
            successor.assignee = ""  # the assignee has left the workspace: the series continues without one
            return await self._call(successor, task, actor, meta)

    async def _call(self, successor: task_pb2.Task, task: Task, actor: UUID, meta: EventMeta) -> UUID:
        series = task.recurrence.series_id if task.recurrence else task.id
        request = task_service_pb2.CreateTaskRequest(
            parent=f"workspaces/{task.workspace_id}",
            task=successor,
            request_id=str(uuid5(series, str(task.id))),
            predecessor=f"workspaces/{task.workspace_id}/tasks/{task.id}",
        )
        metadata = self._credentials.call_metadata(
            on_behalf_of=actor, cause=meta.event_id, correlation=meta.correlation_id, traceparent=meta.traceparent
        )
        try:
            created = await self._tasks.create_task(request, metadata=metadata)
        except grpc.RpcError as error:
            raise _error_of(error) from error
        return UUID(created.name.rpartition("/")[2])


def with_current_rule(series: Series | None, task: Task) -> Series:
    """The state of a series with the rule that the task has now; a changed rule counts from this occurrence on."""
    recurrence = task.recurrence
    if recurrence is None:
        raise FailedPrecondition("The task does not repeat.")
    due, by_completion = _local_time(task.due), recurrence.basis is RecurrenceBasis.COMPLETION
    if series is None:
        series = Series(
            workspace_id=task.workspace_id,
            id=recurrence.series_id,
            rule=recurrence.rule,
            by_completion=by_completion,
            start=due,
            made=0,
            made_before_rule=0,
            reached=due.date if due else None,
            latest_task_id=task.id,
            state="active",
            updated_at=_completed_at(task),
        )
    if (series.rule, series.by_completion) == (recurrence.rule, by_completion):
        return series
    return replace(
        series,
        rule=recurrence.rule,
        by_completion=by_completion,
        start=due or series.start,
        made_before_rule=series.made,
        reached=due.date if due else series.reached,
    )


def _completed(task: Task, series: Series, zone: str) -> Completed:
    due, completed_at = _local_time(task.due), _completed_at(task)
    start = series.start or due or LocalTime(completed_at.astimezone(time_zone(zone)).date())
    return Completed(
        rule=series.rule,
        by_completion=series.by_completion,
        start=start,
        due=due,
        reached=series.reached or start.date,
        completed_at=completed_at,
        zone=zone,
        made=series.made - series.made_before_rule,
    )


def _ended(series: Series, task: Task, outcome: str, reason: str) -> Outcome:
    ended = replace(series, state="ended", updated_at=_completed_at(task))
    return Outcome(ended, Occurrence(task.id, None, None, outcome, reason))


def _error_of(error: grpc.RpcError) -> DomainError | RetryLater:
    refusal = from_rpc_error(error)
    if isinstance(refusal, _TRANSIENT):
        return RetryLater(f"{refusal.code}: {refusal.message}")
    return refusal


def _completed_at(task: Task) -> dt.datetime:
    return task.completed_at or task.updated_at


def _local_time(value: EventLocalTime | None) -> LocalTime | None:
    return LocalTime(*parse_clock(value.date, value.time or ""), value.time_zone) if value else None


def _successor(task: Task, following: LocalTime, zone: str) -> task_pb2.Task:
    due = _local_time(task.due)
    message = task_pb2.Task(
        title=task.title,
        notes=task.notes,
        priority=_PRIORITY[task.priority],  # type: ignore[arg-type]  # the numbers are the contract's
        tags=task.tags,
        due=_message(following),
        reminders=_reminders(task, following, due, zone),
        recurrence=_recurrence(task),
    )
    if (start := shifted(_local_time(task.start), due, following)) is not None:
        message.start.CopyFrom(_message(start))
    if task.parent_task_id is not None:
        message.parent_task = f"workspaces/{task.workspace_id}/tasks/{task.parent_task_id}"
    if task.estimate_seconds is not None:
        message.estimate.seconds = task.estimate_seconds
    if task.assignee_id is not None:
        message.assignee = f"users/{task.assignee_id}"
    return message


def _message(value: LocalTime) -> task_pb2.LocalTime:
    time = value.time.isoformat("seconds") if value.time else ""
    return task_pb2.LocalTime(date=value.date.isoformat(), time=time, time_zone=value.zone or "")


def _recurrence(task: Task) -> task_pb2.Recurrence | None:
    if task.recurrence is None:
        return None
    by_completion = task.recurrence.basis is RecurrenceBasis.COMPLETION
    basis = task_pb2.Recurrence.BASIS_COMPLETION if by_completion else task_pb2.Recurrence.BASIS_DUE
    return task_pb2.Recurrence(rule=task.recurrence.rule, basis=basis)


def _reminders(task: Task, following: LocalTime, due: LocalTime | None, zone: str) -> list[task_pb2.Reminder]:
    """Relative reminders as they are; absolute ones shifted as far as the due time was."""
    shifted_reminders: list[task_pb2.Reminder] = []
    for reminder in task.reminders:
        message = task_pb2.Reminder()
        if reminder.before_due_seconds is not None:
            message.before_due.seconds = reminder.before_due_seconds
        elif reminder.at and due and (at := shifted_instant(reminder.at, due, following, zone)):
            message.at.FromDatetime(at)
        else:
            continue
        shifted_reminders.append(message)
    return shifted_reminders
