"""Pieces of SQL expressions that lists, filters and searches share."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.chat_api.tasks.store.columns import TYPES

_SQL_TYPES: Final[dict[str, Any]] = {
    "bigint": sa.BigInteger,
    "date": sa.Date,
    "smallint": sa.SmallInteger,
    "time": sa.Time,
    "timestamptz": pg.TIMESTAMP(timezone=True),
    "uuid": sa.Uuid,
}


def typed(column: str, value: object) -> Any:
    """A value to compare a column with, in the column's type; a number as it is, since a filter may have a fraction."""
    type_ = _SQL_TYPES.get(TYPES.get(column, ""))
    return sa.literal(value) if type_ is None or isinstance(value, int | float) else sa.cast(str(value), type_)


def has_words(column: Any, words: str) -> Any:
    """Whether all words are in a column such as `tasks.words` (migration 0018), the last one also as a prefix."""
    return column.op("@@")(sa.func.todo_needle(words))
