"""Lists of tasks: queries that are put together from what is asked, with SQLAlchemy Core."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from todo_runtime.db import Transaction

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.filtering import ALWAYS
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.store.columns import (
    COLUMNS,
    task_of,
)
from services.chat_api.tasks.store.expressions import has_words
from services.chat_api.tasks.store.filters import clause
from services.chat_api.tasks.store.order_by import (
    follows,
    ordering,
)

TASKS = sa.table("tasks", *(sa.column(name) for name in COLUMNS), sa.column("words"))
ALL: Any = sa.literal_column(", ".join(f"tasks.{name}" for name in COLUMNS))
"""The columns as one text: a column object each would take longer than the query."""

_C = TASKS.c


async def select(tx: Transaction, workspace: UUID, query: TaskQuery) -> list[Task]:
    """The tasks that a query picks, in its order."""
    statement = sa.select(ALL).select_from(TASKS).where(*_conditions(workspace, query))
    return [task_of(row) for row in await tx.select(statement.order_by(*ordering(query.order, _C)).limit(query.limit))]


def _conditions(workspace: UUID, query: TaskQuery) -> list[Any]:
    conditions: list[Any] = [_C.workspace_id == _uuid(workspace)]
    if not query.show_deleted:
        conditions.append(_C.deleted_at.is_(None))
    if query.status is not None:
        conditions.append(_C.status == query.status.value)
    if query.tags:
        conditions.append(_C.tags.op("@>")(sa.cast(list(query.tags), pg.ARRAY(sa.Text))))
    if query.words.strip():
        conditions.append(has_words(_C.words, query.words))
    if query.priority is not None:
        conditions.append(_C.priority >= int(query.priority))
    if query.ids:
        conditions.append(_C.id == sa.any_(sa.cast([str(id_) for id_ in query.ids], pg.ARRAY(sa.Uuid))))
    return conditions + _due_conditions(query) + _asked_conditions(query)


def _due_conditions(query: TaskQuery) -> list[Any]:
    conditions: list[Any] = []
    if query.due_from is not None:
        conditions.append(_C.due_date >= query.due_from)
    if query.due_to is not None:
        conditions.append(_C.due_date <= query.due_to)
    if query.overdue is not None:
        now, today = query.overdue
        conditions.append(sa.or_(_C.due_at < now, sa.and_(_C.due_at.is_(None), _C.due_date < today)))
    if query.completed_from is not None:
        conditions.append(_C.completed_at >= query.completed_from)
    if query.completed_to is not None:
        conditions.append(_C.completed_at < query.completed_to)
    return conditions


def _asked_conditions(query: TaskQuery) -> list[Any]:
    conditions = [] if query.asked == ALWAYS else [clause(query.asked, _C)]
    return conditions if query.after is None else [*conditions, follows(query.order, query.after, _C)]


def _uuid(value: UUID) -> Any:
    return sa.cast(str(value), sa.Uuid)
