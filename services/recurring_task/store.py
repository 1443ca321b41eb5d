"""Series and their occurrences in the database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

from services.recurring_task.domain import Local

_COLUMNS = "workspace_id, id, rule, basis, start_date, start_time, start_zone, made, latest_task_id, state, updated_at"
_UPSERT = f"""
INSERT INTO series AS s ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (workspace_id, id) DO UPDATE SET rule = excluded.rule, basis = excluded.basis, made = excluded.made,
       latest_task_id = excluded.latest_task_id, state = excluded.state, updated_at = excluded.updated_at
"""  # noqa: S608 - constants of this module
_OCCURRENCE = """
INSERT INTO occurrences (workspace_id, series_id, predecessor_id, successor_id, outcome, reason, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1
"""
_GET = f"SELECT {_COLUMNS} FROM series WHERE workspace_id = %s AND id = %s"  # noqa: S608 - constants of this module
_LIST = f"""
SELECT {_COLUMNS} FROM series WHERE workspace_id = %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Series:
    """All occurrences of one repeating task. `made` counts those after the first one."""

    workspace_id: UUID
    id: UUID
    rule: str
    by_completion: bool
    start: Local | None
    made: int
    latest_task_id: UUID
    state: str
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What followed a completed occurrence: outcome is created, ended or skipped."""

    predecessor_id: UUID
    successor_id: UUID | None
    outcome: str
    reason: str


async def enter(tx: Transaction, workspace: UUID) -> None:
    """Names the workspace that the transaction is about, for row-level security."""
    await tx.execute("SELECT set_config('todo.workspace', %s, true)", (str(workspace),))


async def find(tx: Transaction, workspace: UUID, id_: UUID) -> Series | None:
    """One series; None when none of its occurrences was completed yet."""
    row = await tx.fetch_one(_GET, (workspace, id_))
    return _series(row) if row else None


async def get(tx: Transaction, workspace: UUID, id_: UUID) -> Series:
    """One series. Raises NotFound."""
    series = await find(tx, workspace, id_)
    if series is None:
        raise NotFound(f"There is no series workspaces/{workspace}/series/{id_}.")
    return series


async def list_of(tx: Transaction, workspace: UUID, after: UUID | None, limit: int) -> Sequence[Series]:
    """The series of a workspace by id."""
    return [_series(row) for row in await tx.fetch_all(_LIST, (workspace, after, after, limit))]


async def record(tx: Transaction, series: Series, occurrence: Occurrence) -> None:
    """Writes what followed an occurrence, and where the series stands; a repeat changes nothing."""
    start = series.start
    columns = (start.date, start.time, start.zone) if start else (None, None, None)
    basis = "completion" if series.by_completion else "due"
    head = (series.workspace_id, series.id, series.rule, basis, *columns)
    tail = (series.made, series.latest_task_id, series.state, series.updated_at)
    if await tx.fetch_one("SELECT 1 FROM series WHERE workspace_id = %s AND id = %s", head[:2]) is None:
        await tx.execute(_UPSERT, (*head, *tail))
    values = (occurrence.predecessor_id, occurrence.successor_id, occurrence.outcome, occurrence.reason)
    if await tx.fetch_one(_OCCURRENCE, (*head[:2], *values, series.updated_at)) is not None:
        await tx.execute(_UPSERT, (*head, *tail))


def _series(row: Row) -> Series:
    workspace, id_, rule, basis, date, time, zone, made, latest, state, updated_at = row
    start = Local(date, time, zone) if date else None
    return Series(workspace, id_, rule, basis == "completion", start, made, latest, state, updated_at)
