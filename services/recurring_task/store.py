"""Series and their occurrences in the database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from todo_calendar.local_time import LocalTime
from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

_COLUMNS = (
    "workspace_id, id, rule, basis, start_date, start_time, start_zone, made, made_before_rule, reached,"
    " latest_task_id, state, updated_at"
)
_BEGIN = f"""
INSERT INTO series ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants of this module
_MOVE = """
UPDATE series SET rule = %s, basis = %s, start_date = %s, start_time = %s, start_zone = %s, made = %s,
       made_before_rule = %s, reached = %s, latest_task_id = %s, state = %s, updated_at = %s
 WHERE workspace_id = %s AND id = %s
"""
_OCCURRENCE = """
INSERT INTO occurrences AS o (workspace_id, series_id, predecessor_id, successor_id, due_date, due_time, due_zone,
                              outcome, reason, recorded_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (workspace_id, series_id, predecessor_id) DO UPDATE SET successor_id = excluded.successor_id,
       due_date = excluded.due_date, due_time = excluded.due_time, due_zone = excluded.due_zone,
       outcome = excluded.outcome, reason = excluded.reason, recorded_at = excluded.recorded_at
 WHERE o.outcome <> 'created'
RETURNING 1
"""
_HAS_FOLLOWER = """
SELECT 1 FROM occurrences WHERE workspace_id = %s AND series_id = %s AND predecessor_id = %s AND outcome = 'created'
"""
_GET = f"SELECT {_COLUMNS} FROM series WHERE workspace_id = %s AND id = %s"  # noqa: S608 - constants of this module
_LIST = f"""
SELECT {_COLUMNS} FROM series WHERE workspace_id = %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Series:
    """All occurrences of one repeating task.

    `made` counts those after the first one, `made_before_rule` those of them that were made by earlier rules. `start`
    is when the present rule's first occurrence was due, `reached` the day that the rule had set for the newest one.
    """

    workspace_id: UUID
    id: UUID
    rule: str
    by_completion: bool
    start: LocalTime | None
    made: int
    made_before_rule: int
    reached: dt.date | None
    latest_task_id: UUID
    state: str
    updated_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What followed a completed occurrence: outcome is created, ended or skipped; `due` is the successor's."""

    predecessor_id: UUID
    successor_id: UUID | None
    due: LocalTime | None
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


async def has_follower(tx: Transaction, workspace: UUID, series: UUID, predecessor: UUID) -> bool:
    """Whether an occurrence has its next one already."""
    return await tx.fetch_one(_HAS_FOLLOWER, (workspace, series, predecessor)) is not None


async def record(tx: Transaction, series: Series, occurrence: Occurrence) -> None:
    """Writes what followed an occurrence, and where the series stands; of one that has a follower nothing changes."""
    place, standing = (series.workspace_id, series.id), _standing(series)
    await tx.execute(_BEGIN, (*place, *standing))
    followed = (occurrence.predecessor_id, occurrence.successor_id, *_columns(occurrence.due))
    what = (occurrence.outcome, occurrence.reason, series.updated_at)
    if await tx.fetch_one(_OCCURRENCE, (*place, *followed, *what)) is not None:
        await tx.execute(_MOVE, (*standing, *place))


def _standing(series: Series) -> tuple[object, ...]:
    basis = "completion" if series.by_completion else "due"
    counted = (series.made, series.made_before_rule, series.reached)
    now = (series.latest_task_id, series.state, series.updated_at)
    return (series.rule, basis, *_columns(series.start), *counted, *now)


def _columns(local: LocalTime | None) -> tuple[object, object, object]:
    return (local.date, local.time, local.zone) if local else (None, None, None)


def _series(row: Row) -> Series:
    workspace, id_, rule, basis, date, time, zone, *counted = row
    start = LocalTime(date, time, zone) if date else None
    return Series(workspace, id_, rule, basis == "completion", start, *counted)
