"""The projection of access in a service's own database (tables: `sql/access.sql`).

Guarantees: `apply` is part of the caller's transaction, so access is exactly as far as the marks of the inbox; what the
process caches is at most `FRESH` seconds old, so that revocations consumed by other replicas count here soon.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Final
from uuid import UUID

from todo.events import Event
from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.db import Database, Row, Transaction
from todo_runtime.wire.record import EventMeta

from todo_product.access.reader import AccessReader
from todo_product.access.source import AccessSource
from todo_product.access.state import Access, Membership, Profile, Role, WorkspaceGone, changes_of

FRESH: Final = 2.0
_KEPT: Final = 10_000

_PERSON = """
INSERT INTO access_people AS p (user_id, complete, deleted, generation, profile_sequence, time_zone, locale,
                                personal_workspace)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (user_id) DO UPDATE SET
       complete = p.complete OR excluded.complete,
       deleted = p.deleted OR excluded.deleted,
       generation = greatest(p.generation, excluded.generation),
       (profile_sequence, time_zone, locale, personal_workspace) = (
         SELECT * FROM (VALUES (p.profile_sequence, p.time_zone, p.locale, p.personal_workspace),
           (excluded.profile_sequence, excluded.time_zone, excluded.locale, excluded.personal_workspace))
             AS either (number, time_zone, locale, personal_workspace)
          ORDER BY number DESC LIMIT 1)
"""
_SESSIONS = """
INSERT INTO access_revoked_sessions (user_id, session_id)
SELECT %s, session_id FROM unnest(%s::uuid[]) AS ended (session_id) ON CONFLICT DO NOTHING
"""
_MEMBERSHIPS = """
INSERT INTO access_members AS m (user_id, workspace_id, sequence, role)
SELECT %s, * FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) AS membership (workspace_id, sequence, role)
 ORDER BY workspace_id
    ON CONFLICT (user_id, workspace_id) DO UPDATE SET sequence = excluded.sequence, role = excluded.role
 WHERE m.sequence < excluded.sequence
"""
_CLOSE = """
UPDATE access_members SET sequence = %s, role = NULL WHERE workspace_id = %s AND sequence < %s RETURNING user_id
"""
_READ = """
SELECT p.complete, p.deleted, p.generation, p.profile_sequence, p.time_zone, p.locale, p.personal_workspace,
       ARRAY(SELECT session_id FROM access_revoked_sessions WHERE user_id = p.user_id)
  FROM access_people p WHERE p.user_id = %s
"""
_READ_MEMBERSHIPS = "SELECT workspace_id, sequence, role FROM access_members WHERE user_id = %s"


class AccessProjection(AccessReader):
    """The projection in this service's database."""

    def __init__(self, database: Database, source: AccessSource) -> None:
        super().__init__(source)
        self._database = database
        self._fresh = BoundedCache[UUID, Access](_KEPT, max_age=FRESH)

    async def apply(self, tx: Transaction, event: Event, meta: EventMeta) -> None:
        """Applies an event of ACCESS_EVENTS in the consumer's transaction; others change nothing."""
        for change in changes_of(event, meta):
            if isinstance(change, WorkspaceGone):
                rows = await tx.fetch_all(_CLOSE, (change.sequence, change.workspace, change.sequence))
                self._fresh.evict(*(user for (user,) in rows))
            else:
                await _merge(tx, change)
                self._fresh.evict(change.user_id)

    async def _recall(self, user: UUID) -> Access | None:
        fresh = self._fresh.get(user)
        if fresh is not None:
            return fresh
        started = monotonic()
        async with self._database.transaction() as tx:
            access = await _read(tx, user)
        if access is not None:
            self._fresh.put(user, access, as_of=started)
        return access

    async def _keep(self, access: Access) -> Access:
        async def work(tx: Transaction) -> Access | None:
            await _merge(tx, access)
            return await _read(tx, access.user_id)

        started = monotonic()
        merged = await self._database.run(work) or access
        self._fresh.put(access.user_id, merged, as_of=started)
        return merged


async def _merge(tx: Transaction, access: Access) -> None:
    """Merges what is known into what is stored, as `Access.merged` does."""
    if _is_about_the_person(access):
        await tx.execute(_PERSON, _person_row(access))
    if access.revoked_sessions:
        await tx.execute(_SESSIONS, (access.user_id, sorted(access.revoked_sessions)))
    if access.memberships:
        known = access.memberships.values()
        roles = [one.role.value if one.role else None for one in known]
        sequences = [one.sequence for one in known]
        await tx.execute(_MEMBERSHIPS, (access.user_id, list(access.memberships), sequences, roles))


def _is_about_the_person(access: Access) -> bool:
    return access.complete or access.deleted or access.generation > 0 or access.profile.sequence > 0


def _person_row(access: Access) -> tuple[object, ...]:
    profile = access.profile
    return (
        access.user_id,
        access.complete,
        access.deleted,
        access.generation,
        profile.sequence,
        profile.time_zone,
        profile.locale,
        profile.personal_workspace,
    )


async def _read(tx: Transaction, user: UUID) -> Access | None:
    person = await tx.fetch_one(_READ, (user,))
    if person is None:
        return None
    memberships = await tx.fetch_all(_READ_MEMBERSHIPS, (user,))
    return _access(user, person, memberships)


def _access(user: UUID, person: Row, memberships: Sequence[Row]) -> Access:
    complete, deleted, generation, sequence, time_zone, locale, personal, sessions = person
    return Access(
        user,
        complete=complete,
        deleted=deleted,
        generation=generation,
        revoked_sessions=frozenset(sessions),
        profile=Profile(sequence, time_zone, locale, personal),
        memberships={
            workspace: Membership(number, Role(role) if role else None) for workspace, number, role in memberships
        },
    )
