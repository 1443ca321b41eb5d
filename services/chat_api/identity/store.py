"""People, their sessions and their API tokens in the database. Of secrets it holds hashes only."""

from datetime import datetime
from uuid import UUID

from todo_runtime.db import Transaction
from todo_runtime.errors import NotFound

from services.chat_api.identity.model import ApiToken, Credentials, User

_COLUMNS = "id, email, display_name, time_zone, locale, personal_workspace_id, generation, created_at"
_ADD_USER = """
INSERT INTO users (id, email, password_hash, display_name, time_zone, locale, personal_workspace_id,
                   sign_up_request_id, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_GET_USER = f"SELECT {_COLUMNS} FROM users WHERE id = %s"  # noqa: S608 - a constant of this module
_LOCK_USER = f"{_GET_USER} FOR UPDATE"
_UPDATE_PROFILE = "UPDATE users SET display_name = %s, time_zone = %s, locale = %s WHERE id = %s"
_COUNT_ATTEMPT = """
INSERT INTO sign_in_attempts AS a (address_hash, failures, first_failure_at)
VALUES (%(address)s, 1, %(now)s)
    ON CONFLICT (address_hash) DO UPDATE
   SET failures = CASE WHEN a.first_failure_at < %(since)s THEN 1 ELSE a.failures + 1 END,
       first_failure_at = CASE WHEN a.first_failure_at < %(since)s THEN %(now)s ELSE a.first_failure_at END
 WHERE a.failures < %(most)s OR a.first_failure_at < %(since)s
RETURNING 1
"""
_ADD_SESSION = """
INSERT INTO sessions (id, user_id, kind, display_name, refresh_hash, created_at, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_LIST_API_TOKENS = """
SELECT id, display_name, created_at, expires_at FROM sessions
 WHERE user_id = %s AND kind = 'api_token' AND revoked_at IS NULL AND expires_at > %s AND (%s::uuid IS NULL OR id > %s)
 ORDER BY id LIMIT %s
"""


async def add_user(tx: Transaction, user: User, password_hash: str, request_id: UUID | None) -> None:
    """Adds an account; psycopg's UniqueViolation when the address is taken."""
    values = (
        user.id,
        user.email,
        password_hash,
        user.display_name,
        user.time_zone,
        user.locale,
        user.personal_workspace_id,
        request_id,
        user.created_at,
    )
    await tx.execute(_ADD_USER, values)


async def get_user(tx: Transaction, id_: UUID, *, lock: bool = False) -> User:
    """One account. Raises NotFound."""
    row = await tx.fetch_one(_LOCK_USER if lock else _GET_USER, (id_,))
    if row is None:
        raise NotFound("There is no such account.")
    return User(*row)


async def update_profile(tx: Transaction, user: User) -> None:
    """Writes the display name, time zone and locale."""
    await tx.execute(_UPDATE_PROFILE, (user.display_name, user.time_zone, user.locale, user.id))


async def find_credentials(tx: Transaction, email: str) -> Credentials | None:
    """The credentials of an address; None for an address without an account."""
    row = await tx.fetch_one("SELECT id, password_hash, sign_up_request_id FROM todo_credentials(%s)", (email,))
    return Credentials(*row) if row else None


async def count_attempt(tx: Transaction, address_hash: bytes, now: datetime, since: datetime, most: int) -> bool:
    """Counts a sign-in as failed until it has succeeded; False when `most` have failed already since a timestamp."""
    values = {"address": address_hash, "now": now, "since": since, "most": most}
    return await tx.fetch_one(_COUNT_ATTEMPT, values) is not None


async def clear_failures(tx: Transaction, address_hash: bytes) -> None:
    """Resets the count of failed sign-ins of an address."""
    await tx.execute("DELETE FROM sign_in_attempts WHERE address_hash = %s", (address_hash,))


async def add_session(
    tx: Transaction,
    id_: UUID,
    user: UUID,
    kind: str,
    display_name: str,
    refresh_hash: bytes | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Adds a session or an API token."""
    await tx.execute(_ADD_SESSION, (id_, user, kind, display_name, refresh_hash, now, expires_at))


async def find_session(tx: Transaction, id_: UUID) -> tuple[UUID, bytes] | None:
    """The person and the refresh hash of a session that has not ended."""
    row = await tx.fetch_one("SELECT user_id, refresh_hash FROM todo_session(%s)", (id_,))
    return (row[0], bytes(row[1])) if row else None


async def rotate_session(tx: Transaction, id_: UUID, old: bytes, new: bytes, expires_at: datetime) -> bool:
    """Replaces the refresh hash; False when it is no longer the old one."""
    query = "UPDATE sessions SET refresh_hash = %s, expires_at = %s WHERE id = %s AND refresh_hash = %s RETURNING 1"
    return await tx.fetch_one(query, (new, expires_at, id_, old)) is not None


async def revoke_session(tx: Transaction, id_: UUID, now: datetime) -> bool:
    """Ends a session or an API token; False when it has ended already or does not exist."""
    query = "UPDATE sessions SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL RETURNING 1"
    return await tx.fetch_one(query, (now, id_)) is not None


async def revoke_all_sessions(tx: Transaction, user: UUID, now: datetime) -> int:
    """Ends all sessions of a person; returns the new generation."""
    await tx.execute("UPDATE sessions SET revoked_at = %s WHERE user_id = %s AND revoked_at IS NULL", (now, user))
    row = await tx.fetch_one("UPDATE users SET generation = generation + 1 WHERE id = %s RETURNING generation", (user,))
    return int(row[0]) if row else 0


async def list_api_tokens(tx: Transaction, user: UUID, now: datetime, after: UUID | None, limit: int) -> list[ApiToken]:
    """The API tokens of a person that have not ended, oldest first."""
    return [ApiToken(*row) for row in await tx.fetch_all(_LIST_API_TOKENS, (user, now, after, after, limit))]
