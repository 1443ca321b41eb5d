"""Every table of every service's database is protected by row-level security, or has a reason here why it is not."""

from collections.abc import Callable

import pytest
from todo_runtime.db import Database
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

EVERYWHERE = {
    "schema_migrations": "says what was migrated",
    "streams": "numbers of streams; their keys alone",
    "outbox": "nobody who acts for people may read it",
}
CONSUMERS = EVERYWHERE | {
    "inbox": "numbers of streams; their keys alone",
    "inbox_holes": "numbers of streams; their keys alone",
    "dead_letters": "for operators alone, a role of its own at the edge",
    "access_people": "what tells who somebody is can't ask who that is",
    "access_revoked_sessions": "what tells who somebody is can't ask who that is",
    "access_members": "what tells who somebody is can't ask who that is",
}
WITHOUT = {
    "chat_api": EVERYWHERE
    | {
        "state": "what conversations are about just now, under keys that only their own id gives",
        "sign_in_attempts": "counted before anybody is anybody; addresses as hashes",
    },
    "notification": CONSUMERS,
    "recurring_task": CONSUMERS,
    "audit": CONSUMERS
    | {
        "events": "append-only, also in streams of no workspace; its one reader asks for the caller's streams",
        "heads": "numbers and hashes",
        "schemas": "contracts",
    },
}
TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid), has_table_privilege(%s, c.oid, 'SELECT')
  FROM pg_class c WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relnamespace = 'public'::regnamespace
"""
ROLES = "SELECT rolname FROM pg_roles WHERE rolcanlogin AND (rolsuper OR rolbypassrls) AND starts_with(rolname, %s)"
OWNERS = """
SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


@pytest.mark.parametrize("service", sorted(WITHOUT))
async def test_a_table_is_protected_or_says_why_not(
    stack: HostedStack, database_of: Callable[[str], ServiceDatabase], service: str
) -> None:
    copy = database_of(service)
    async with (
        Database(stack.blueprint.postgres_url(copy.name), max_size=1) as superuser,
        superuser.transaction() as tx,
    ):
        tables = await tx.fetch_all(TABLES, (f"{service}_app",))
        assert {name for name, forced, _, _ in tables if not forced} == {*WITHOUT[service]}
        # One that nobody may read but through a function needs no policy.
        assert [name for name, forced, has_policy, is_read in tables if forced and is_read and not has_policy] == []
        assert await tx.fetch_all(ROLES, (f"{service}_",)) == []
        assert await tx.fetch_all(OWNERS) == [(f"{service}_owner",)]
