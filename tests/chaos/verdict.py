"""What must be true when the dust has settled, read from the databases themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from tests.chaos.load import Acknowledged

CREATED = "todo.task_events.v1.TaskCreated"
_AUDITED = """
SELECT key, split_part(subject, '/', 4)::uuid FROM events WHERE topic = 'task-events' AND type = %s AND key = ANY (%s)
"""
_GAPS = """
SELECT topic, key, min(sequence), max(sequence), count(*), count(DISTINCT sequence) FROM events
 GROUP BY topic, key HAVING min(sequence) <> 1 OR max(sequence) <> count(*) OR count(*) <> count(DISTINCT sequence)
"""
_FOLLOWERS = """
SELECT predecessor_id, count(*) FROM tasks WHERE predecessor_id = ANY (%s) GROUP BY predecessor_id
"""
_HEADS = "SELECT topic, key, sequence FROM streams WHERE sequence > 0"
_TAILS = "SELECT topic, key, max(sequence) FROM events GROUP BY topic, key"


@dataclass(frozen=True)
class Databases:
    """The superuser's addresses of the databases that are looked into."""

    chat_api: str
    audit: str


def audited_tasks(databases: Databases, workspaces: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The tasks whose creation is in audit, by workspace; one that is there twice stands twice."""
    found: dict[UUID, list[UUID]] = {}
    for workspace, task in _rows(databases.audit, _AUDITED, (CREATED, list(workspaces))):
        found.setdefault(workspace, []).append(task)
    return found


def broken_sequences(databases: Databases) -> list[Any]:
    """Streams in audit with a gap, a repeat, or a beginning other than 1."""
    return _rows(databases.audit, _GAPS)


def followers(databases: Databases, predecessors: Iterable[UUID]) -> dict[UUID, int]:
    """How many occurrences follow each of some completed tasks."""
    return dict(_rows(databases.chat_api, _FOLLOWERS, (list(predecessors),)))


def lag(databases: Databases) -> int:
    """How many events audit still lacks, those in the outbox included."""
    tails = {(topic, key): last for topic, key, last in _rows(databases.audit, _TAILS)}
    return sum(head - tails.get((topic, key), 0) for topic, key, head in _rows(databases.chat_api, _HEADS))


def is_settled(databases: Databases, done: Acknowledged) -> bool:
    """Whether audit has everything, and every completed task that repeats its successor."""
    return followers(databases, done.completed).keys() >= set(done.completed) and lag(databases) == 0


def nothing_is_lost(databases: Databases, done: Acknowledged) -> None:
    """Asserts that whatever was acknowledged has its effect, once."""
    found = audited_tasks(databases, done.tasks)
    for workspace, tasks in done.tasks.items():
        assert len(found[workspace]) == len(set(found[workspace])), "a creation is in audit twice"
        assert set(tasks) <= set(found[workspace]), "an acknowledged task is not in audit"
    assert broken_sequences(databases) == []
    assert followers(databases, done.completed) == dict.fromkeys(done.completed, 1)


def _rows(dsn: str, query: str, parameters: tuple[object, ...] = ()) -> list[Any]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(query.encode(), parameters).fetchall()
