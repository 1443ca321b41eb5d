"""Filters as SQL: one boolean expression over a row of tasks.

A condition on what is absent is null in SQL, so the opposite of a condition asks that it be not true. Negations are
pushed down to the conditions first, so that what is not negated stays plain and indexes can serve it.
"""

from functools import singledispatch
from operator import eq, ge, gt, le, lt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from services.chat_api.tasks.filtering import (
    And,
    Condition,
    Filter,
    Has,
    Matches,
    Not,
    Or,
    Words,
)
from services.chat_api.tasks.store.expressions import has_words, typed

_COMPARE = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}


def clause(asked: Filter, columns: Any) -> Any:
    """The expression that holds for the tasks that a filter asks for; `columns` are those of the table."""
    return _plain(asked, columns)


@singledispatch
def _plain(asked: Any, _columns: Any) -> Any:
    raise TypeError(f"{asked!r} is not a filter.")


@_plain.register
def _(asked: Condition, columns: Any) -> Any:
    return _COMPARE[asked.operator](columns[asked.column], typed(asked.column, asked.value))


@_plain.register
def _(asked: Has, columns: Any) -> Any:
    column = columns[asked.column]
    if asked.value is not None:
        return column.op("@>")(sa.cast([asked.value], pg.ARRAY(sa.Text)))
    match asked.column:
        case "tags":
            return sa.func.cardinality(column) > 0
        case "reminders":
            return sa.func.jsonb_array_length(column) > 0
        case "title" | "notes":
            return column != ""
        case _:
            return column.is_not(None)


@_plain.register
def _(asked: Matches, columns: Any) -> Any:
    column = columns[asked.column]
    if asked.column == "tags":
        one = sa.func.unnest(column).column_valued("one")
        return sa.exists().where(one.like(asked.pattern))
    return column.ilike(asked.pattern)


@_plain.register
def _(asked: Words, columns: Any) -> Any:
    return has_words(columns["words"], asked.text)


@_plain.register
def _(asked: And, columns: Any) -> Any:
    return sa.and_(sa.true(), *(_plain(one, columns) for one in asked.filters))


@_plain.register
def _(asked: Or, columns: Any) -> Any:
    return sa.or_(sa.false(), *(_plain(one, columns) for one in asked.filters))


@_plain.register
def _(asked: Not, columns: Any) -> Any:
    inside = asked.filter
    if isinstance(inside, Not):
        return _plain(inside.filter, columns)
    if isinstance(inside, And):
        return _plain(Or(tuple(Not(one) for one in inside.filters)), columns)
    if isinstance(inside, Or):
        return _plain(And(tuple(Not(one) for one in inside.filters)), columns)
    return _plain(inside, columns).is_not(sa.true())
