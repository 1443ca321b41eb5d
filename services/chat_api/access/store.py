"""What decides a person's access, read from the tables: the account, sessions and memberships."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from todo_runtime.db import Transaction

from services.chat_api.access.model import Role

_USER = "SELECT personal_workspace_id, time_zone, locale, generation FROM users WHERE id = %s"
_MEMBERSHIPS = "SELECT workspace_id, role FROM members WHERE user_id = %s"
_REVOKED = "SELECT id FROM sessions WHERE user_id = %s AND revoked_at IS NOT NULL AND expires_at > now()"
_HEADS = "SELECT topic, key, sequence FROM streams WHERE key = ANY (%s::uuid[])"
TOPICS: Final = ("task-events", "workspace-events", "identity-events")


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do, and the state of their sessions."""

    user_id: UUID
    personal_workspace_id: UUID
    time_zone: str
    locale: str
    generation: int
    roles: dict[UUID, Role]
    revoked_sessions: frozenset[UUID]


async def load(tx: Transaction, user: UUID) -> Access | None:
    """One person's access, in a transaction that acts for them; None when there is no such account."""
    row = await tx.fetch_one(_USER, (user,))
    if row is None:
        return None
    memberships = await tx.fetch_all(_MEMBERSHIPS, (user,))
    revoked = await tx.fetch_all(_REVOKED, (user,))
    return Access(
        user_id=user,
        personal_workspace_id=row[0],
        time_zone=row[1],
        locale=row[2],
        generation=row[3],
        roles={workspace: Role(role) for workspace, role in memberships},
        revoked_sessions=frozenset(session for (session,) in revoked),
    )


async def heads(tx: Transaction, keys: list[UUID]) -> dict[tuple[str, UUID], int]:
    """The sequences of the streams with these keys, by topic and key."""
    return {(topic, key): sequence for topic, key, sequence in await tx.fetch_all(_HEADS, (keys,))}
