"""Words that somebody looks for, as PostgreSQL's full-text search takes them (migration 0018)."""

from typing import Any

import sqlalchemy as sa


def has_words(column: Any, words: str) -> Any:
    """Whether all words are in a column of the kind of `tasks.words`, the last one also as a beginning."""
    return column.op("@@")(sa.func.todo_needle(words))
