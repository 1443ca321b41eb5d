"""The use case of this service: after a completed occurrence, the next one.

The remote call comes first, the record after it: the call is idempotent (its request id follows from the series and the
predecessor, and chat_api makes one successor for a predecessor), so that doing it again after a crash is harmless.
"""

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import grpc
from todo.task.v1 import task_pb2, task_service_pb2
from todo.types.v1 import LocalTime, Priority, RecurrenceBasis, Task
from todo_bindings.recurring_task.clients import TaskServiceClient
from todo_runtime.access import AccessReader
from todo_runtime.auth import ServiceCredentials
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import FailedPrecondition, NotFound, PermissionDenied
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.wire.record import EventMeta

from services.recurring_task import store
from services.recurring_task.domain import Completed, Local, next_occurrence, shifted
from services.recurring_task.store import Occurrence, Series

_PRIORITY = {priority: number for number, priority in enumerate(Priority, start=1)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be recorded of a completed occurrence."""

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

    async def follow(self, task: Task, actor: UUID, meta: EventMeta, known: Series | None) -> Outcome:
        """Makes the next occurrence, or says why there is none. `known` is where the series stands.

        Raises RetryLater while chat_api is away, InvalidArgument when it refuses what it is asked.
        """
        series = known or _first(task)
        zone = (await self._access.of(actor)).profile.time_zone
        due = _local(task.due)
        base = due or Local(_completed_at(task).date())
        done = Completed(
            series.rule, series.by_completion, series.start or base, due, _completed_at(task), zone, series.made
        )
        following = next_occurrence(done)
        if following is None:
            return _ended(series, task, "the rule has no further occurrence")
        try:
            successor = await self._create(task, following, due, actor, meta)
        except (NotFound, PermissionDenied, FailedPrecondition) as error:
            return Outcome(series, Occurrence(task.id, None, "skipped", error.message))
        moved = replace(series, made=series.made + 1, latest_task_id=successor, updated_at=_completed_at(task))
        return Outcome(moved, Occurrence(task.id, successor, "created", ""))

    async def known(self, workspace: UUID, series: UUID) -> Series | None:
        """Where a series stands; None before its first completion."""
        async with self._database.transaction() as tx:
            await store.enter(tx, workspace)
            return await store.find(tx, workspace, series)

    async def record(self, tx: Transaction, outcome: Outcome) -> None:
        """Keeps an outcome, in the transaction that moves the mark."""
        await store.enter(tx, outcome.series.workspace_id)
        await store.record(tx, outcome.series, outcome.occurrence)

    async def _create(self, task: Task, following: Local, due: Local | None, actor: UUID, meta: EventMeta) -> UUID:
        series = task.recurrence.series_id if task.recurrence else task.id
        request = task_service_pb2.CreateTaskRequest(
            parent=f"workspaces/{task.workspace_id}",
            task=_successor(task, following, due),
            request_id=str(uuid5(series, str(task.id))),
            predecessor=f"workspaces/{task.workspace_id}/tasks/{task.id}",
        )
        metadata = self._credentials.call_metadata(
            on_behalf_of=actor, cause=meta.event_id, correlation=meta.correlation_id, traceparent=meta.traceparent
        )
        try:
            created = await self._tasks.create_task(request, metadata=metadata)
        except grpc.RpcError as error:
            raise from_rpc_error(error) from error
        return UUID(created.name.rpartition("/")[2])


def _first(task: Task) -> Series:
    recurrence = task.recurrence
    if recurrence is None:
        raise FailedPrecondition("The task does not repeat.")
    return Series(
        workspace_id=task.workspace_id,
        id=recurrence.series_id,
        rule=recurrence.rule,
        by_completion=recurrence.basis is RecurrenceBasis.COMPLETION,
        start=_local(task.due),
        made=0,
        latest_task_id=task.id,
        state="active",
        updated_at=_completed_at(task),
    )


def current(series: Series | None, task: Task) -> Series:
    """Where a series stands, with the rule as the task now has it."""
    fresh = _first(task)
    if series is None:
        return fresh
    return replace(series, rule=fresh.rule, by_completion=fresh.by_completion, start=series.start or fresh.start)


def _ended(series: Series, task: Task, reason: str) -> Outcome:
    ended = replace(series, state="ended", updated_at=_completed_at(task))
    return Outcome(ended, Occurrence(task.id, None, "ended", reason))


def _completed_at(task: Task) -> dt.datetime:
    return task.completed_at or task.updated_at


def _local(value: LocalTime | None) -> Local | None:
    if value is None:
        return None
    time = dt.time.fromisoformat(value.time) if value.time else None
    return Local(dt.date.fromisoformat(value.date), time, value.time_zone)


def _successor(task: Task, following: Local, due: Local | None) -> task_pb2.Task:
    message = task_pb2.Task(
        title=task.title,
        notes=task.notes,
        priority=_PRIORITY[task.priority],  # type: ignore[arg-type]  # the numbers are the contract's
        tags=task.tags,
        due=_message(following),
        reminders=_reminders(task, following, due),
        recurrence=_recurrence(task),
    )
    if (start := shifted(_local(task.start), due, following)) is not None:
        message.start.CopyFrom(_message(start))
    if task.parent_task_id is not None:
        message.parent_task = f"workspaces/{task.workspace_id}/tasks/{task.parent_task_id}"
    if task.estimate_seconds is not None:
        message.estimate.seconds = task.estimate_seconds
    if task.assignee_id is not None:
        message.assignee = f"users/{task.assignee_id}"
    return message


def _message(value: Local) -> task_pb2.LocalTime:
    time = value.time.isoformat("seconds") if value.time else ""
    return task_pb2.LocalTime(date=value.date.isoformat(), time=time, time_zone=value.zone or "")


def _recurrence(task: Task) -> task_pb2.Recurrence | None:
    if task.recurrence is None:
        return None
    by_completion = task.recurrence.basis is RecurrenceBasis.COMPLETION
    basis = task_pb2.Recurrence.BASIS_COMPLETION if by_completion else task_pb2.Recurrence.BASIS_DUE
    return task_pb2.Recurrence(rule=task.recurrence.rule, basis=basis)


def _reminders(task: Task, following: Local, due: Local | None) -> list[task_pb2.Reminder]:
    """Relative reminders as they are; fixed ones moved as far as the due time was."""
    moved: list[task_pb2.Reminder] = []
    for reminder in task.reminders:
        message = task_pb2.Reminder()
        if reminder.before_due_seconds is not None:
            message.before_due.seconds = reminder.before_due_seconds
        elif reminder.at is not None and due is not None:
            message.at.FromDatetime(reminder.at + (following.clock - due.clock))
        else:
            continue
        moved.append(message)
    return moved
