"""Workspaces and their members in the database."""

from datetime import datetime
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound, PermissionDenied

from services.chat_api.access.model import Role
from services.chat_api.workspaces.domain.workspaces import Member, Workspace

_DELETE = """
WITH gone AS (
  UPDATE workspaces SET deleted_at = %b, updated_at = %b, revision = revision + 1 WHERE id = %b RETURNING id
), reminded AS (
  DELETE FROM reminders r USING gone WHERE r.workspace_id = gone.id
), invited AS (
  DELETE FROM invitations i USING gone WHERE i.workspace_id = gone.id
)
DELETE FROM members m USING gone WHERE m.workspace_id = gone.id RETURNING m.user_id
"""
_HAS_MEMBER_WITH = """
SELECT 1 FROM members m JOIN colleagues u ON u.id = m.user_id WHERE m.workspace_id = %s AND lower(u.email) = lower(%s)
"""
_PURGE_TASKS = """
DELETE FROM tasks t
 USING (SELECT leaf.workspace_id, leaf.id FROM workspaces w JOIN tasks leaf ON leaf.workspace_id = w.id
         WHERE w.deleted_at <= %s
           AND NOT EXISTS (SELECT FROM tasks c WHERE c.workspace_id = w.id AND c.parent_id = leaf.id)
         LIMIT %s) AS old
 WHERE (t.workspace_id, t.id) = (old.workspace_id, old.id)
"""
_PURGE = """
DELETE FROM workspaces w WHERE w.deleted_at <= %s AND NOT EXISTS (SELECT FROM tasks t WHERE t.workspace_id = w.id)
"""
_WORKSPACE = "w.id, w.display_name, w.kind, w.revision, w.created_at, w.updated_at"
_LIST_WORKSPACES = f"""
SELECT {_WORKSPACE}, m.role FROM workspaces w JOIN members m ON m.workspace_id = w.id AND m.user_id = %s
 WHERE (%s::uuid IS NULL OR (w.kind <> 'personal', w.id) > (%s::boolean, %s::uuid))
 ORDER BY w.kind <> 'personal', w.id LIMIT %s
"""  # noqa: S608 - a constant of this module
_MEMBER = "m.workspace_id, m.user_id, m.role, m.joined_at, u.email, u.display_name"
_LIST_MEMBERS = f"""
SELECT {_MEMBER} FROM members m JOIN colleagues u ON u.id = m.user_id
 WHERE m.workspace_id = %s AND (%s::uuid IS NULL OR m.user_id > %s) ORDER BY m.user_id LIMIT %s
"""  # noqa: S608 - a constant of this module
_GET_MEMBER = f"""
SELECT {_MEMBER} FROM members m JOIN colleagues u ON u.id = m.user_id WHERE m.workspace_id = %s AND m.user_id = %s
"""  # noqa: S608 - a constant of this module


async def add(tx: Transaction, workspace: Workspace) -> None:
    """Adds a workspace; its owner is added with `add_member`."""
    values = (workspace.id, workspace.display_name, workspace.kind, workspace.created_at, workspace.updated_at)
    query = "INSERT INTO workspaces (id, display_name, kind, created_at, updated_at) VALUES (%s, %s, %s, %s, %s)"
    await tx.execute(query, values)


async def get(tx: Transaction, id_: UUID) -> Workspace:
    """One workspace. Raises NotFound."""
    row = await tx.fetch_one(f"SELECT {_WORKSPACE} FROM workspaces w WHERE w.id = %s", (id_,))  # noqa: S608
    if row is None:
        raise NotFound(f"There is no workspace {id_}.")
    return Workspace(*row)


async def rename(tx: Transaction, id_: UUID, display_name: str, now: datetime) -> None:
    """Gives a workspace another name."""
    query = (
        "UPDATE workspaces SET display_name = %s, updated_at = %s, revision = revision + 1 WHERE id = %s RETURNING 1"
    )
    _require_written(await tx.fetch_one(query, (display_name, now, id_)))


async def delete(tx: Transaction, id_: UUID, now: datetime) -> list[UUID]:
    """Marks a workspace as deleted, without members, reminders and invitations. Returns those who were its members."""
    rows = await tx.fetch_all(_DELETE, (now, now, id_))
    _require_written(rows[0] if rows else None)
    return [user for (user,) in rows]


async def purge_deleted(tx: Transaction, before: datetime, limit: int) -> int:
    """Deletes at most `limit` tasks of workspaces deleted before a timestamp, leaves first, and workspaces without any.

    Returns how many tasks.
    """
    purged = (await tx.execute(_PURGE_TASKS, (before, limit))).rowcount
    await tx.execute(_PURGE, (before,))
    return purged


async def list_workspaces(
    tx: Transaction, user: UUID, after: tuple[bool, UUID] | None, limit: int
) -> list[tuple[Workspace, Role]]:
    """A person's workspaces with their role in each, the personal one first; `after` is (whether it is shared, id)."""
    shared, id_ = after or (None, None)
    rows = await tx.fetch_all(_LIST_WORKSPACES, (user, id_, shared, id_, limit))
    return [(Workspace(*row[:-1]), Role(row[-1])) for row in rows]


async def add_member(tx: Transaction, workspace: UUID, user: UUID, role: Role, now: datetime) -> None:
    """Adds a member; psycopg's UniqueViolation when they are one."""
    query = "INSERT INTO members (workspace_id, user_id, role, joined_at) VALUES (%s, %s, %s, %s)"
    await tx.execute(query, (workspace, user, role.value, now))


async def set_role(tx: Transaction, workspace: UUID, user: UUID, role: Role) -> None:
    """Gives a member another role."""
    query = "UPDATE members SET role = %s WHERE workspace_id = %s AND user_id = %s RETURNING 1"
    _require_written(await tx.fetch_one(query, (role.value, workspace, user)))


async def remove_member(tx: Transaction, workspace: UUID, user: UUID) -> None:
    """Removes a member."""
    query = "DELETE FROM members WHERE workspace_id = %s AND user_id = %s RETURNING 1"
    _require_written(await tx.fetch_one(query, (workspace, user)))


async def list_members(tx: Transaction, workspace: UUID, after: UUID | None, limit: int) -> list[Member]:
    """The members of a workspace by id."""
    return [_member(row) for row in await tx.fetch_all(_LIST_MEMBERS, (workspace, after, after, limit))]


async def get_member(tx: Transaction, workspace: UUID, user: UUID) -> Member:
    """One member of a workspace. Raises NotFound."""
    row = await tx.fetch_one(_GET_MEMBER, (workspace, user))
    if row is None:
        raise NotFound("There is no such member of this workspace.")
    return _member(row)


async def has_member_with(tx: Transaction, workspace: UUID, email: str) -> bool:
    """Whether a member has an address."""
    return await tx.fetch_one(_HAS_MEMBER_WITH, (workspace, email)) is not None


async def find_person(tx: Transaction, email: str) -> UUID | None:
    """The person who signed up with an address; None for an address without an account."""
    row = await tx.fetch_one("SELECT id FROM todo_credentials(%s)", (email,))
    return row[0] if row else None


async def count_members(tx: Transaction, workspace: UUID) -> int:
    """How many members a workspace has."""
    row = await tx.fetch_one("SELECT count(*) FROM members WHERE workspace_id = %s", (workspace,))
    return int(row[0]) if row else 0


async def count_workspaces(tx: Transaction, user: UUID) -> int:
    """How many workspaces a person is a member of."""
    row = await tx.fetch_one("SELECT todo_workspaces_of(%s)", (user,))
    return int(row[0]) if row else 0


async def count_owners(tx: Transaction, workspace: UUID) -> int:
    """How many owners a workspace has."""
    query = "SELECT count(*) FROM members WHERE workspace_id = %s AND role = 'owner'"
    row = await tx.fetch_one(query, (workspace,))
    return int(row[0]) if row else 0


def _require_written(row: Row | None) -> None:
    """Row-level security skips what it refuses: no event may follow a write that changed no row."""
    if row is None:
        raise PermissionDenied("Your role in this workspace does not allow this.", reason="ROLE")


def _member(row: Row) -> Member:
    return Member(row[0], row[1], Role(row[2]), *row[3:])
