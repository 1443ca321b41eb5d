"""Orders as SQL, and where a page begins: after the sort values of the last task before (a keyset, never an offset)."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.chat_api.tasks.domain.order_by import (
    BY_HAND,
    Order,
    SortKey,
)
from services.chat_api.tasks.store.expressions import typed

SortValues = Sequence[str | int | None]
_AS_PEOPLE_SORT = "und-x-icu"
"""Unicode's collation: Äpfel before bread before Zebra. By bytes, all capitals would come first."""


def ordering(order: Order, columns: Any) -> list[Any]:
    """The ORDER BY of an order."""
    return [*(_direction(key, columns) for key in order), columns["id"]]


def follows(order: Order, values: SortValues, columns: Any) -> Any:
    """The condition on the tasks that follow one with these `tasks.domain.order_by.sort_values_of`."""
    id_ = sa.cast(str(values[-1]), sa.Uuid)
    if order == BY_HAND:
        return sa.tuple_(columns["position"], columns["id"]) > sa.tuple_(sa.literal(values[0]), id_)
    found = columns["id"] > id_
    for key, value in zip(reversed(order), reversed(values[:-1]), strict=True):
        column = _column(key, columns)
        if value is None:
            found = sa.and_(column.is_(None), found)
        else:
            last = typed(key.name, value)
            later = column < last if key.descending else column > last
            found = sa.or_(later, *([column.is_(None)] if key.nullable else []), sa.and_(column == last, found))
    return found


def _direction(key: SortKey, columns: Any) -> Any:
    column = _column(key, columns)
    directed = column.desc() if key.descending else column
    return directed.nulls_last() if key.nullable else directed


def _column(key: SortKey, columns: Any) -> Any:
    if key.name == "status_rank":
        return sa.case((columns["status"] == "open", 0), (columns["status"] == "completed", 1), else_=2)
    if key.name == "title":
        return sa.collate(columns["title"], _AS_PEOPLE_SORT)
    return columns[key.name]
