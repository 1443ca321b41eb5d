"""Filters over tasks (AIP-160): text → tokens → syntax tree → conditions on fields.

Nothing here knows the database: `tasks/store/filters.py` turns conditions into SQL. Source: https://google.aip.dev/160
"""

from services.chat_api.tasks.filtering.conditions import (
    ALWAYS,
    And,
    Condition,
    Filter,
    Has,
    Matches,
    Not,
    Or,
    Words,
)
from services.chat_api.tasks.filtering.reading import filter_of
from services.chat_api.tasks.filtering.values import FilterContext

__all__ = ["ALWAYS", "And", "Condition", "Filter", "FilterContext", "Has", "Matches", "Not", "Or", "Words", "filter_of"]
