"""A database with a million tasks: most workspaces small, one of 10,000, one of 200,000; words as people use them."""

from dataclasses import dataclass
from uuid import UUID

import psycopg

from tests.integration.chat_api.conftest import Person, Room

WORDS = (
    *[
        "milk",
        "bread",
        "mum",
        "dentist",
        "telephone",
        "bill",
        "garden",
        "holiday",
        "report",
        "meeting",
        "birthday",
        "present",
        "invoice",
        "car",
    ],
    *[
        "kitchen",
        "window",
        "laundry",
        "homework",
        "passport",
        "insurance",
        "library",
        "recipe",
        "paint",
        "shelf",
        "bicycle",
        "train",
        "ticket",
    ],
)
PIECE = 50_000
_PEOPLE = """
INSERT INTO users (id, email, password_hash, display_name, time_zone, locale, personal_workspace_id, created_at)
SELECT md5('user' || n)::uuid, n || '@scale.example', '', '', 'UTC', 'en', md5('workspace' || n)::uuid, now()
  FROM generate_series(1, %s) n
"""
_WORKSPACES = """
INSERT INTO workspaces (id, display_name, kind, created_at, updated_at)
SELECT md5('workspace' || n)::uuid, '', 'personal', now(), now() FROM generate_series(1, %s) n
"""
_MEMBERS = """
INSERT INTO members (workspace_id, user_id, role, joined_at)
SELECT md5('workspace' || n)::uuid, md5('user' || n)::uuid, 'owner', now() FROM generate_series(1, %s) n
"""
_TASKS = """
INSERT INTO tasks (workspace_id, id, title, notes, status, priority, tags, position, due_date, reminders, created_at,
                   created_by, updated_at, updated_by, completed_at, revision)
SELECT {workspace}, id, words[1 + r %% {words}] || ' ' || words[1 + (r / 100) %% {words}] || ' ' || n,
       repeat(words[1 + (r / 7) %% {words}] || ' ', 5), CASE WHEN r %% 3 = 0 THEN 'completed' ELSE 'open' END,
       1 + r %% 5, ARRAY[words[1 + (r / 11) %% 8]], 'a' || substr(replace(id::text, '-', ''), 1, 19),
       CASE WHEN r %% 2 = 0 THEN date '2026-01-01' + r %% 700 END, '[]', now() - n * interval '1 s', {person}, now(),
       {person}, CASE WHEN r %% 3 = 0 THEN now() END, 1
  FROM (SELECT n, uuidv7() AS id, (hashint8(n) & 1048575) AS r, %s::text[] AS words
          FROM generate_series(%s::int, %s) n) AS t
"""


@dataclass(frozen=True)
class Loaded:
    """Whose workspaces hold 200,000 tasks, and 10,000."""

    large: Person
    middle: Person


async def load(room: Room, dsn: str, *, small: int) -> Loaded:
    """Fills a database: `small` tasks in workspaces of a hundred, and the two larger ones; `dsn` is a superuser's."""
    loaded = Loaded(await room.person(), await room.person())
    people = small // 100
    async with room.superuser.transaction() as tx:
        for statement in (_PEOPLE, _WORKSPACES, _MEMBERS):
            await tx.execute(statement, (people,))
    for person, count in ((loaded.large, 200_000 if small else 0), (loaded.middle, 10_000)):
        await _fill(room, _tasks(str(person.workspace), str(person.id)), count)
    if people:
        number = f"(1 + n %% {people})"
        spread = _TASKS.format(
            workspace=f"md5('workspace' || {number})::uuid", person=f"md5('user' || {number})::uuid", words=len(WORDS)
        )
        await _fill(room, spread, small)
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute("VACUUM (ANALYZE)")
    return loaded


async def _fill(room: Room, statement: str, count: int) -> None:
    """In pieces: a statement has a time limit."""
    for first in range(1, count + 1, PIECE):
        async with room.superuser.transaction() as tx:
            await tx.execute(statement, (list(WORDS), first, min(first + PIECE - 1, count)))


def _tasks(workspace: str, person: str) -> str:
    workspace, person = str(UUID(workspace)), str(UUID(person))
    return _TASKS.format(workspace=f"'{workspace}'::uuid", person=f"'{person}'::uuid", words=len(WORDS))
