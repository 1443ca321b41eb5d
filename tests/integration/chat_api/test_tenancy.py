"""Nobody sees or changes what is somebody else's: in the handlers, and in the database without them."""

from collections.abc import Awaitable, Callable

import psycopg
import pytest
from todo_runtime.errors import DomainError, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied

from services.chat_api.domain.model import Role, TaskQuery
from services.chat_api.store import set_write
from services.chat_api.store.set_write import NewTask

from .conftest import Person, Room, draft

PROTECTED = ("users", "sessions", "workspaces", "members", "requests", "tasks", "journal", "reminders")


async def shared(room: Room) -> tuple[Person, Person, Person, str]:
    """An owner, a viewer and a stranger of a shared workspace."""
    owner, viewer, stranger = await room.person(), await room.person(), await room.person()
    workspace = await room.workspaces.create_workspace(owner.id, "House")
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", viewer.id)
    await room.workspaces.add_member(owner.id, str(workspace.id), email, Role.VIEWER)
    return owner, viewer, stranger, str(workspace.id)


@pytest.mark.parametrize("table", PROTECTED)
async def test_without_a_where_another_person_sees_nothing(room: Room, table: str) -> None:
    ada, eve = await room.person(), await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", draft())
    await room.tasks.complete_task(ada.actor, ada.names(task))
    own = {row[0] for row in await room.rows(f"SELECT md5(x::text) FROM {table} x", actor=ada.id)}
    hers = {row[0] for row in await room.rows(f"SELECT md5(x::text) FROM {table} x", actor=eve.id)}
    assert not own & hers
    assert await room.rows(f"SELECT 1 FROM {table}") == []


async def test_the_database_itself_refuses_a_task_in_somebody_elses_workspace(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    mine = await room.tasks._new(eve.actor, ada.workspace, draft(), None)

    async def write() -> None:
        async with room.database.transaction() as tx:
            await set_write.write(tx, [NewTask(mine.task, mine.event, None)], skip_locked=False)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await write()
    assert await room.all_rows("SELECT count(*) FROM tasks") == [(0,)]


async def refusals(room: Room, person: Person, workspace: str, owner: Person) -> set[type[DomainError]]:
    """What a person hears at every door of a task in a workspace."""
    task = await room.tasks.create_task(owner.actor, workspace, draft())
    name, tasks, actor = owner.names(task), room.tasks, person.actor
    doors: list[Callable[[], Awaitable[object]]] = [
        lambda: tasks.create_task(actor, workspace, draft()),
        lambda: tasks.batch_create_tasks(actor, workspace, [draft()]),
        lambda: tasks.update_task(actor, name, draft("x"), {"title"}),
        lambda: tasks.complete_task(actor, name),
        lambda: tasks.reopen_task(actor, name),
        lambda: tasks.drop_task(actor, name),
        lambda: tasks.delete_task(actor, name),
        lambda: tasks.undelete_task(actor, name),
    ]
    heard: set[type[DomainError]] = set()
    for door in doors:
        with pytest.raises(DomainError) as refused:
            await door()
        heard.add(type(refused.value))
    return heard


async def test_a_viewer_reads_and_changes_nothing(room: Room) -> None:
    owner, viewer, _, workspace = await shared(room)
    assert await refusals(room, viewer, workspace, owner) == {PermissionDenied}
    assert len(await room.tasks.list_tasks(viewer.actor, workspace, TaskQuery())) == 1


async def test_for_a_stranger_nothing_exists(room: Room) -> None:
    owner, _, stranger, workspace = await shared(room)
    assert await refusals(room, stranger, workspace, owner) == {NotFound}
    with pytest.raises(NotFound):
        await room.tasks.list_tasks(stranger.actor, workspace, TaskQuery())


async def test_who_was_removed_is_a_stranger_at_once(room: Room) -> None:
    owner, viewer, _, workspace = await shared(room)
    await room.workspaces.remove_member(owner.id, workspace, viewer.id)
    with pytest.raises(NotFound):
        await room.tasks.list_tasks(viewer.actor, workspace, TaskQuery())


async def test_a_workspace_keeps_an_owner(room: Room) -> None:
    owner, viewer, _, workspace = await shared(room)
    with pytest.raises(FailedPrecondition, match="owner"):
        await room.workspaces.remove_member(owner.id, workspace, owner.id)
    await room.workspaces.update_member(owner.id, workspace, viewer.id, Role.OWNER)
    await room.workspaces.remove_member(owner.id, workspace, owner.id)


async def test_only_members_are_assigned(room: Room) -> None:
    owner, viewer, stranger, workspace = await shared(room)
    assigned = await room.tasks.create_task(owner.actor, workspace, draft(assignee_id=viewer.id))
    assert assigned.assignee_id == viewer.id
    with pytest.raises(InvalidArgument, match="member"):
        await room.tasks.create_task(owner.actor, workspace, draft(assignee_id=stranger.id))
    with pytest.raises(InvalidArgument, match="member"):
        await room.tasks.update_task(owner.actor, owner.names(assigned), draft(assignee_id=stranger.id), {"assignee"})


async def test_a_change_that_the_database_skips_is_told_to_nobody(room: Room) -> None:
    """The cache still believes that somebody is an owner: row-level security skips the row without a word."""
    owner, other, third, workspace = await shared(room)
    await room.workspaces.update_member(owner.id, workspace, other.id, Role.OWNER)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", third.id)
    await room.workspaces.add_member(owner.id, workspace, email, Role.EDITOR)
    await room.access.of(other.id)
    async with room.superuser.transaction() as tx:
        await tx.execute(
            "UPDATE members SET role = 'viewer' WHERE user_id = %s AND workspace_id = %s", (other.id, workspace)
        )
    events = "SELECT count(*) FROM outbox WHERE topic = 'workspace-events'"
    before = await room.all_rows(events)
    with pytest.raises(PermissionDenied):
        await room.workspaces.remove_member(other.id, workspace, third.id)
    with pytest.raises(PermissionDenied):
        await room.workspaces.update_member(other.id, workspace, third.id, Role.VIEWER)
    with pytest.raises(PermissionDenied):
        await room.workspaces.update_workspace(other.id, workspace, "Mine", "")
    assert await room.all_rows(events) == before
