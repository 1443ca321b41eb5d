"""Many new tasks in one statement: sequences, tasks, requests, reminders and outbox rows as sets.

The hot path of the product. It runs in a transaction that has locked the streams of all its workspaces in a statement
of its own (docs/adr/0003); for many people at once, so row-level security checks each row by its own actor.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.outbox import Outgoing

from services.chat_api.shared import quotas
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.store.columns import (
    COLUMNS,
    arrays,
    row_of,
    value,
)
from services.chat_api.tasks.store.quota import room

TOPIC = "task-events"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """The request that made a task, with its answer."""

    scope: UUID
    actor_id: UUID
    request_id: UUID
    method: str
    body_hash: bytes
    answer: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewTask:
    """One task to write, with its event and, unless it is part of a batch, its request."""

    task: Task
    event: Outgoing
    request: RequestRow | None


@dataclass(frozen=True, slots=True)
class Written:
    """Indexes of the given tasks: written; known, since the request was answered before; busy, since the workspace is
    locked by another transaction; full, since the workspace has no room for them.
    """

    done: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    full: list[int] = field(default_factory=list)


_LOCK = """
SELECT s.key, s.sequence FROM streams s
 WHERE s.topic = 'task-events' AND s.key = ANY (%b::uuid[]) ORDER BY s.key FOR UPDATE {skip}
"""
_KNOWN = "SELECT todo_known_requests(%b::uuid[], %b::uuid[], %b::uuid[])"
_OF_NEW_TASKS = {
    "status": "'open'",
    "updated_at": "t.created_at",
    "updated_by": "t.created_by",
    "completed_at": "NULL",
    "deleted_at": "NULL",
    "revision": "1",
}
"""What is the same for every new task, or follows from another column: not sent."""

_GIVEN = [column for column in COLUMNS if column not in _OF_NEW_TASKS]
_given_of = itemgetter(*(COLUMNS.index(column) for column in _GIVEN))


def _value_of(column: str) -> str:
    if column in _OF_NEW_TASKS:
        return _OF_NEW_TASKS[column]
    return value("t", column)


_TASK_ARRAYS = arrays(_GIVEN)
_TASK_VALUES = ", ".join(_value_of(column) for column in COLUMNS)
_WRITE = f"""
WITH heads AS (
  UPDATE streams s SET sequence = h.sequence FROM unnest(%b::uuid[], %b::bigint[]) AS h (key, sequence)
   WHERE s.topic = 'task-events' AND s.key = h.key
), written AS (
  INSERT INTO tasks ({", ".join(COLUMNS)})
  SELECT {_TASK_VALUES} FROM unnest({_TASK_ARRAYS}) AS t ({", ".join(_GIVEN)})
), asked AS (
  INSERT INTO requests (scope, actor_id, request_id, method, body_hash, answer, created_at)
  SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::text[], %b::bytea[], %b::bytea[], %b::timestamptz[])
), reminded AS (
  INSERT INTO reminders (workspace_id, task_id, id, recipient_id, fires_at, traceparent)
  SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[], %b::timestamptz[], %b::text[])
)
INSERT INTO outbox (topic, key, sequence, event_id, type, subject, time, correlation_id, causation_id,
                    traceparent, payload)
SELECT 'task-events', o.key, o.sequence, o.event_id, o.type, o.subject, o.time, o.correlation_id, o.causation_id,
       o.traceparent, o.payload
  FROM unnest(%b::uuid[], %b::bigint[], %b::uuid[], %b::text[], %b::text[], %b::timestamptz[], %b::uuid[], %b::uuid[],
              %b::text[], %b::bytea[]) WITH ORDINALITY
       AS o (key, sequence, event_id, type, subject, time, correlation_id, causation_id, traceparent, payload, index)
 ORDER BY o.index
"""  # noqa: S608 - constants of this module


async def write(tx: Transaction, items: Sequence[NewTask], *, skip_locked: bool, look_up: bool = True) -> Written:
    """Writes what can be written; with `skip_locked`, tasks of locked workspaces are left over.

    Without `look_up` no request is expected to be known: one that is makes psycopg's UniqueViolation of the whole.
    """
    heads = await _lock(tx, {item.task.workspace_id for item in items}, skip_locked)
    known = await _known(tx, items) if look_up else set()
    written = Written()
    for index, item in enumerate(items):
        if item.task.workspace_id not in heads:
            written.busy.append(index)
        elif index in known:
            written.known.append(index)
        else:
            written.done.append(index)
    await _keep_to_quota(tx, items, heads, written)
    if written.full and not look_up:
        await _tell_known(tx, items, written)
    if written.done:
        await _insert(tx, [items[index] for index in written.done], heads)
    return written


async def write_all(tx: Transaction, items: Sequence[NewTask], heads: dict[UUID, int]) -> None:
    """Writes all tasks. Raises ResourceExhausted where their workspace has no room for them all.

    `heads` are the sequences of the task streams, which are locked; they are moved to those of the last events.
    """
    written = Written(done=list(range(len(items))))
    await _keep_to_quota(tx, items, heads, written)
    if written.full:
        raise quotas.TASKS.exceeded()
    await _insert(tx, items, heads)


async def _keep_to_quota(tx: Transaction, items: Sequence[NewTask], heads: dict[UUID, int], written: Written) -> None:
    """Moves those that the workspace has no room for from `done` to `full`."""
    new = Counter(items[index].task.workspace_id for index in written.done)
    if all(heads[workspace] + count <= quotas.TASKS.most for workspace, count in new.items()):
        return  # a workspace has had an event for each of its tasks
    left = {workspace: await room(tx, workspace, heads[workspace], count) for workspace, count in new.items()}
    for index in written.done:
        left[items[index].task.workspace_id] -= 1
        if left[items[index].task.workspace_id] < 0:
            written.full.append(index)
    for index in written.full:
        written.done.remove(index)


async def _tell_known(tx: Transaction, items: Sequence[NewTask], written: Written) -> None:
    """Moves what was asked for before from `full` to `known`: a repeat needs no room."""
    full = list(written.full)
    for index in await _known(tx, [items[index] for index in full]):
        written.full.remove(full[index])
        written.known.append(full[index])


async def _insert(tx: Transaction, items: Sequence[NewTask], heads: dict[UUID, int]) -> None:
    await tx.execute(_WRITE, _parameters(items, heads))
    tx.wake_relay()


async def _lock(tx: Transaction, workspaces: set[UUID], skip_locked: bool) -> dict[UUID, int]:
    query = _LOCK.format(skip="SKIP LOCKED" if skip_locked else "")
    return dict(await tx.fetch_all(query, (list(workspaces),)))


async def _known(tx: Transaction, items: Sequence[NewTask]) -> set[int]:
    asked = [(index, item.request) for index, item in enumerate(items) if item.request]
    if not asked:
        return set()
    columns = (
        [request.scope for _, request in asked],
        [request.actor_id for _, request in asked],
        [request.request_id for _, request in asked],
    )
    return {asked[row[0] - 1][0] for row in await tx.fetch_all(_KNOWN, columns)}


def _parameters(items: Sequence[NewTask], heads: dict[UUID, int]) -> list[list[Any]]:
    moved = dict.fromkeys((item.task.workspace_id for item in items), 0)
    sequences = []
    for item in items:
        heads[item.task.workspace_id] += 1
        sequences.append(heads[item.task.workspace_id])
    last = [heads[workspace] for workspace in moved]
    tasks = zip(*(_given_of(row_of(item.task)) for item in items), strict=True)
    return list(
        chain(
            (list(moved), last),
            map(list, tasks),
            _request_columns(items),
            _reminder_columns(items),
            _event_columns(items, sequences),
        )
    )


def _request_columns(items: Sequence[NewTask]) -> list[list[Any]]:
    requests = [item.request for item in items if item.request]
    return [
        [r.scope for r in requests],
        [r.actor_id for r in requests],
        [r.request_id for r in requests],
        [r.method for r in requests],
        [r.body_hash for r in requests],
        [r.answer for r in requests],
        [r.created_at for r in requests],
    ]


def _reminder_columns(items: Sequence[NewTask]) -> list[list[Any]]:
    rows = [
        (
            item.task.workspace_id,
            item.task.id,
            reminder.id,
            item.task.created_by,
            reminder.fires_at,
            item.event.traceparent,
        )
        for item in items
        for reminder in item.task.reminders
        if reminder.fires_at is not None
    ]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], [], [], []]


def _event_columns(items: Sequence[NewTask], sequences: list[int]) -> list[list[Any]]:
    events = [item.event for item in items]
    return [
        [e.key for e in events],
        sequences,
        [e.event_id for e in events],
        [e.type for e in events],
        [e.subject for e in events],
        [e.time for e in events],
        [e.correlation_id for e in events],
        [e.causation_id for e in events],
        [e.traceparent for e in events],
        [e.payload for e in events],
    ]
