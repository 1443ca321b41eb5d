"""Searches of tasks by words: all of them, the last one also as a beginning.

Titles and tags that are alike when no task has them.
"""

from typing import Any
from uuid import UUID

from todo_runtime.db import Transaction, compiled

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.filtering import (
    ALWAYS,
    Filter,
)
from services.chat_api.tasks.store.columns import (
    SELECTED,
    task_of,
)
from services.chat_api.tasks.store.filters import clause
from services.chat_api.tasks.store.queries import TASKS

MOST_RANKED = 5_000
"""Of more hits than this, which are ranked is up to the database (migration 0011)."""

# The inner limit keeps the look-up of each hit to itself: joined in any other way, the whole workspace may be read.
_SEARCH = f"""
SELECT {SELECTED}, hits.rank
  FROM {{function}}(%(workspace)s, {{needle}}, %(rank)s, %(id)s, %(most)s) AS hits (hit, rank)
 CROSS JOIN LATERAL (
   SELECT * FROM tasks WHERE workspace_id = %(workspace)s AND id = hits.hit AND {{asked}} LIMIT 1) AS task
 ORDER BY hits.rank DESC, hits.hit LIMIT %(limit)s
"""  # noqa: S608 - constants of this module
_WORDS = ("todo_search", "todo_needle(%(needle)s)")
_ALIKE = ("todo_search_alike", "%(needle)s")
After = tuple[float, UUID]
"""Rank and id of the last hit before."""


async def search(
    tx: Transaction, workspace: UUID, words: str, limit: int, after: After | None = None, asked: Filter = ALWAYS
) -> list[tuple[Task, float]]:
    """The tasks with their rank, best match first: title before tags before notes.

    When no task has all words, those whose title and tags are like them, with ranks below 0, so that
    typos are forgiven.
    """
    rank, id_ = after or (None, None)
    given = {"workspace": workspace, "needle": words, "rank": rank, "id": id_, "limit": limit}
    given["most"] = limit if asked == ALWAYS else MOST_RANKED
    if rank is None or rank >= 0:
        found = await _found(tx, _WORDS, given, asked)
        if found or after is not None:
            return found
    return await _found(tx, _ALIKE, given, asked)


async def _found(
    tx: Transaction, how: tuple[str, str], given: dict[str, Any], asked: Filter
) -> list[tuple[Task, float]]:
    function, needle = how
    text, parameters = ("true", {}) if asked == ALWAYS else compiled(clause(asked, TASKS.c))
    query = _SEARCH.format(function=function, needle=needle, asked=text)
    return [(task_of(row[:-1]), row[-1]) for row in await tx.fetch_all(query, {**parameters, **given})]
