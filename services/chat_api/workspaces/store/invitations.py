"""Open invitations in the database. Only owners see them; whoever accepts one gets in by a function of the database."""

from datetime import datetime
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound

from services.chat_api.access.model import Role
from services.chat_api.workspaces.domain.invitations import Invitation

_COLUMNS = "workspace_id, id, email, role, invited_by, created_at, expires_at"
_ADD = f"INSERT INTO invitations ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"  # noqa: S608 - constants of this module
_LIST_OPEN = f"""
SELECT {_COLUMNS} FROM invitations
 WHERE workspace_id = %s AND expires_at > %s AND (%s::uuid IS NULL OR id > %s) ORDER BY id LIMIT %s
"""  # noqa: S608 - constants of this module
_DELETE_SUPERSEDED = """
DELETE FROM invitations WHERE workspace_id = %s AND (expires_at <= %s OR lower(email) = lower(%s))
"""


async def add(tx: Transaction, new: Invitation) -> None:
    """Adds an invitation."""
    values = (new.workspace_id, new.id, new.email, new.role.value, new.invited_by, new.created_at, new.expires_at)
    await tx.execute(_ADD, values)


async def delete_superseded(tx: Transaction, new: Invitation) -> None:
    """Deletes an earlier invitation of the same address, and those of the workspace that have expired."""
    await tx.execute(_DELETE_SUPERSEDED, (new.workspace_id, new.created_at, new.email))


async def count(tx: Transaction, workspace: UUID) -> int:
    """How many invitations a workspace has."""
    row = await tx.fetch_one("SELECT count(*) FROM invitations WHERE workspace_id = %s", (workspace,))
    return int(row[0]) if row else 0


async def list_open(
    tx: Transaction, workspace: UUID, now: datetime, after: UUID | None, limit: int
) -> list[Invitation]:
    """Those that can still be accepted, the oldest first."""
    return [_invitation(row) for row in await tx.fetch_all(_LIST_OPEN, (workspace, now, after, after, limit))]


async def delete(tx: Transaction, workspace: UUID, id_: UUID) -> None:
    """Deletes an invitation. Raises NotFound."""
    query = "DELETE FROM invitations WHERE workspace_id = %s AND id = %s RETURNING 1"
    if await tx.fetch_one(query, (workspace, id_)) is None:
        raise NotFound("There is no such invitation to this workspace.")


async def find_workspace(tx: Transaction, id_: UUID) -> UUID | None:
    """The workspace that an invitation is to; for whoever holds its code."""
    row = await tx.fetch_one("SELECT todo_invited_to(%s)", (id_,))
    return row[0] if row else None


async def accept(tx: Transaction, id_: UUID, now: datetime) -> Role | None:
    """Makes the person a member and deletes the invitation; None when it has expired or is for another address.

    psycopg's UniqueViolation when they are a member.
    """
    row = await tx.fetch_one("SELECT todo_accept_invitation(%s, %s)", (id_, now))
    return Role(row[0]) if row and row[0] is not None else None


def _invitation(row: Row) -> Invitation:
    return Invitation(row[0], row[1], row[2], Role(row[3]), *row[4:])
