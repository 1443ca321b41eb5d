"""Open invitations in the database. Only owners see them; whoever accepts one comes in through a function."""

from datetime import datetime
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

from services.chat_api.access.model import Role
from services.chat_api.workspaces.domain.invitations import Invitation

_COLUMNS = "workspace_id, id, email, role, invited_by, created_at, expires_at"
_ADD = f"INSERT INTO invitations ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - constants of this module
_SELECT = f"""
SELECT {_COLUMNS} FROM invitations
 WHERE workspace_id = %s AND expires_at > %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s
"""  # noqa: S608 - constants of this module
_CLEAR = "DELETE FROM invitations WHERE workspace_id = %s AND (expires_at <= %s OR lower(email) = lower(%s))"


async def add(tx: Transaction, new: Invitation) -> None:
    """Adds an invitation."""
    values = (new.workspace_id, new.id, new.email, new.role.value, new.invited_by, new.created_at, new.expires_at)
    await tx.execute(_ADD, values)


async def clear(tx: Transaction, workspace: UUID, email: str, now: datetime) -> None:
    """Takes away an address's invitation, and those that ran out."""
    await tx.execute(_CLEAR, (workspace, now, email))


async def count(tx: Transaction, workspace: UUID) -> int:
    """How many there are."""
    row = await tx.fetch_one("SELECT count(*) FROM invitations WHERE workspace_id = %s", (workspace,))
    return int(row[0]) if row else 0


async def select(tx: Transaction, workspace: UUID, now: datetime, after: UUID | None, limit: int) -> list[Invitation]:
    """Those that can still be accepted, the oldest first."""
    return [_invitation(row) for row in await tx.fetch_all(_SELECT, (workspace, now, after, after, limit))]


async def remove(tx: Transaction, workspace: UUID, id_: UUID) -> None:
    """Takes one away. Raises NotFound."""
    query = "DELETE FROM invitations WHERE workspace_id = %s AND id = %s RETURNING 1"
    if await tx.fetch_one(query, (workspace, id_)) is None:
        raise NotFound("There is no such invitation to this workspace.")


async def workspace_of(tx: Transaction, id_: UUID) -> UUID | None:
    """Where an invitation leads; for whoever holds its code."""
    row = await tx.fetch_one("SELECT todo_invited_to(%s)", (id_,))
    return row[0] if row else None


async def accept(tx: Transaction, id_: UUID, now: datetime) -> Role | None:
    """Makes the transaction's person a member and takes the invitation away; None when it is not for them, or late.

    psycopg's UniqueViolation when they are a member.
    """
    row = await tx.fetch_one("SELECT todo_accept_invitation(%s, %s)", (id_, now))
    return Role(row[0]) if row and row[0] is not None else None


def _invitation(row: Row) -> Invitation:
    return Invitation(row[0], row[1], row[2], Role(row[3]), *row[4:])
