"""With every WHERE removed, and with rows that were made up: what the database itself lets people do to other people's
things, through the role that the service has.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest

from services.chat_api.access.model import Role
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Reminder
from services.chat_api.tasks.domain.reminders import UNKNOWN

from .conftest import Person, Room, draft, fresh, request_of

PROTECTED = """
SELECT c.relname, (
  SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '')
  FROM pg_class c
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relforcerowsecurity ORDER BY 1
"""
TALK = """
WITH c AS (
  INSERT INTO conversations (user_id, id, display_name, is_default, created_at, updated_at)
  VALUES (%s, gen_random_uuid(), '', false, now(), now()) RETURNING user_id, id
), m AS (
  INSERT INTO messages (user_id, conversation_id, id, author, text, tasks, created_at)
  SELECT user_id, id, gen_random_uuid(), 'person', 'secret', '{}', now() FROM c
)
INSERT INTO sent_messages (user_id, request_id, conversation_id, body_hash, premises, created_at)
SELECT user_id, gen_random_uuid(), id, '', '{}', now() FROM c RETURNING 1
"""
SAVED = {"display_name": "Secret", "filter": "completed", "order_by": ""}


@dataclass(frozen=True)
class Guarded:
    """The protected tables with the columns that can be written, and what stood in them: (row, last writer)."""

    columns: dict[str, list[str]]
    rows: dict[str, set[tuple[str, str]]]


async def furnished(room: Room) -> tuple[Person, Person, UUID]:
    """A shared workspace with something in every table, its owner and a viewer."""
    owner, viewer = await room.person(), await room.person()
    id_ = fresh(await room.workspaces.create_workspace(owner.id, "House")).id
    house = str(id_)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", viewer.id)
    await room.workspaces.add_member(owner.id, house, email, Role.VIEWER)
    await room.invitations.create_invitation(owner.id, house, "somebody@example.com", Role.OWNER)
    await room.lists.create(owner.actor, house, "Secrets")
    await room.feature.filters.create(owner.actor, house, SAVED)
    due = LocalTime(date(2026, 12, 1))
    reminded = draft(due=due, reminders=(Reminder(UNKNOWN, before=timedelta()),))
    task = await room.tasks.create_task(owner.actor, house, reminded, request_of())
    await room.tasks.update_task(owner.actor, owner.names(task), draft("other"), {"title"})
    await room.all_rows(TALK, owner.id)
    await room.all_rows("SELECT todo_task_bound(%s, 1, 1)", id_)
    return owner, viewer, id_


async def guarded(room: Room, *without: Person) -> Guarded:
    """What there is in the protected tables, but for the rows that name some people."""
    columns = dict(await room.all_rows(PROTECTED))
    rows = {}
    for table in columns:
        found = await room.all_rows(f"SELECT x::text, x.xmin::text FROM {table} x")
        rows[table] = {(row, writer) for row, writer in found if not any(str(one.id) in row for one in without)}
    return Guarded(columns, rows)


async def seen(room: Room, actor: Person | None, table: str) -> set[str]:
    """The rows of a table that somebody can read; none where the database refuses it."""
    try:
        rows = await room.rows(f"SELECT x::text FROM {table} x", actor=actor.id if actor else None)
    except psycopg.errors.InsufficientPrivilege:
        return set()
    return {row for (row,) in rows}


async def attacked(room: Room, actor: Person | None, before: Guarded) -> None:
    """Everything that statements without a condition can do to the rows that there were."""
    for table, columns in before.columns.items():
        for query in (f"UPDATE {table} SET {columns[0]} = {columns[0]}", f"DELETE FROM {table}"):
            with suppress(psycopg.errors.InsufficientPrivilege):
                async with room.database.transaction(actor.id if actor else None) as tx:
                    await tx.execute(query)


async def made_up(room: Room, actor: Person, table: str, columns: list[str], but: Person) -> None:
    """Puts a copy of each row that doesn't name a person into a table, under another id. It is not read again."""
    made = ", ".join("gen_random_uuid()" if column == "id" else column for column in columns)
    query = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {made} FROM copy WHERE copy::text NOT LIKE %s"
    async with room.superuser.transaction() as tx:
        await tx.execute(f"CREATE TABLE copy AS SELECT * FROM {table}")
        await tx.execute("GRANT SELECT ON copy TO chat_api_app")
    try:
        async with room.database.transaction(actor.id) as tx:
            await tx.execute(query, (f"%{but.id}%",))
    finally:
        async with room.superuser.transaction() as tx:
            await tx.execute("DROP TABLE copy")


async def test_there_is_something_of_everything(room: Room) -> None:
    await furnished(room)
    assert [table for table, rows in (await guarded(room)).rows.items() if not rows] == []


@pytest.mark.parametrize("who", ["stranger", "nobody"])
async def test_without_a_condition_a_stranger_reads_and_changes_nothing(room: Room, who: str) -> None:
    await furnished(room)
    before = await guarded(room)
    actor = await room.person() if who == "stranger" else None
    for table in before.columns:
        assert not {row for row, _ in before.rows[table]} & await seen(room, actor, table), table
    await attacked(room, actor, before)
    after = await guarded(room)
    assert [table for table in before.rows if not before.rows[table] <= after.rows[table]] == []


async def test_without_a_condition_a_viewer_changes_nothing(room: Room) -> None:
    _, viewer, _ = await furnished(room)
    before = await guarded(room, viewer)
    await attacked(room, viewer, before)
    after = await guarded(room)
    assert [table for table in before.rows if not before.rows[table] <= after.rows[table]] == []


@pytest.mark.parametrize("who", ["stranger", "viewer"])
async def test_nobody_makes_rows_up_in_the_name_of_others(room: Room, who: str) -> None:
    """A copy of each row, under another id: whose name stands in it, and who asks, are two people."""
    _, viewer, _ = await furnished(room)
    before = await guarded(room, viewer)
    actor = viewer if who == "viewer" else await room.person()
    for table, columns in before.columns.items():
        if table == "workspaces":
            continue  # everybody may make one, which is nobody's until they join it as the first
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await made_up(room, actor, table, columns, viewer)
