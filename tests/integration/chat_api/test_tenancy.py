"""Nobody sees or changes what is somebody else's: in the services, and in the database without them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from todo_runtime.errors import DomainError, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied

from services.chat_api.access.model import Role
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.store import bulk_insert
from services.chat_api.tasks.store.bulk_insert import NewTask

from .conftest import Person, Room, draft, fresh


async def shared(room: Room) -> tuple[Person, Person, Person, str]:
    """An owner, a viewer and a stranger of a shared workspace."""
    owner, viewer, stranger = await room.person(), await room.person(), await room.person()
    workspace = fresh(await room.workspaces.create_workspace(owner.id, "House"))
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", viewer.id)
    await room.workspaces.add_member(owner.id, str(workspace.id), email, Role.VIEWER)
    return owner, viewer, stranger, str(workspace.id)


async def test_the_database_itself_refuses_a_task_in_somebody_elses_workspace(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    mine = room.tasks._new(eve.actor, ada.workspace, draft(), None)

    async def write() -> None:
        async with room.database.transaction() as tx:
            await bulk_insert.write(tx, [NewTask(mine.task, mine.event, None)], skip_locked=False)

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


async def test_a_change_that_the_database_skips_has_no_event(room: Room) -> None:
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


async def demoted(room: Room) -> tuple[Person, Person, str]:
    """Somebody whom the cache still takes for an owner, and a stranger."""
    owner, other, stranger, workspace = await shared(room)
    await room.workspaces.update_member(owner.id, workspace, other.id, Role.OWNER)
    await room.access.of(other.id)
    async with room.superuser.transaction() as tx:
        await tx.execute(
            "UPDATE members SET role = 'viewer' WHERE user_id = %s AND workspace_id = %s", (other.id, workspace)
        )
    return other, stranger, workspace


async def test_an_owner_who_was_demoted_meanwhile_adds_nobody(room: Room) -> None:
    other, stranger, workspace = await demoted(room)
    ((email,),) = await room.all_rows("SELECT email FROM users WHERE id = %s", stranger.id)
    with pytest.raises(PermissionDenied) as refused:
        await room.workspaces.add_member(other.id, workspace, email, Role.VIEWER)
    assert refused.value.reason == "ROLE"
    with pytest.raises(PermissionDenied, match="viewer"):
        await room.tasks.create_task(other.actor, workspace, draft())


async def test_an_editor_who_was_demoted_meanwhile_has_no_occurrence_made(room: Room) -> None:
    owner, other, _, workspace = await shared(room)
    await room.workspaces.update_member(owner.id, workspace, other.id, Role.EDITOR)
    repeating = draft(rule="FREQ=DAILY", due=LocalTime(date(2026, 12, 1)))
    first = await room.tasks.create_task(owner.actor, workspace, repeating)
    await room.access.of(other.id)
    service = replace(other.actor, service="recurring_task")
    async with room.superuser.transaction() as tx:
        await tx.execute("UPDATE members SET role = 'viewer' WHERE user_id = %s", (other.id,))
    with pytest.raises(PermissionDenied) as refused:
        await room.tasks.create_successor(service, workspace, repeating, first.id)
    assert refused.value.reason == "ROLE"


async def test_an_occurrence_below_a_parent_that_does_not_exist_is_refused_as_elsewhere(room: Room) -> None:
    ada = await room.person()
    repeating = draft(rule="FREQ=DAILY", due=LocalTime(date(2026, 12, 1)))
    first = await room.tasks.create_task(ada.actor, "personal", repeating)
    service = replace(ada.actor, service="recurring_task")
    with pytest.raises(FailedPrecondition, match="parent"):
        await room.tasks.create_successor(service, "personal", replace(repeating, parent_id=uuid4()), first.id)


async def test_a_colleague_is_seen_by_name_and_never_by_password(room: Room) -> None:
    owner, viewer, stranger, workspace = await shared(room)
    names = {member.user_id for member in await room.workspaces.list_members(viewer.id, workspace, None, 10)}
    assert names == {owner.id, viewer.id}
    for person in (owner, viewer):
        seen = await room.rows("SELECT id, password_hash FROM users", actor=person.id)
        assert [id_ for id_, _ in seen] == [person.id]
    seen = await room.rows("SELECT id FROM colleagues", actor=stranger.id)
    assert seen == [(stranger.id,)]
    assert await room.rows("SELECT id FROM colleagues") == []
    with pytest.raises(psycopg.errors.UndefinedColumn):
        await room.rows("SELECT password_hash FROM colleagues", actor=owner.id)


ASK = """
INSERT INTO requests (scope, actor_id, request_id, method, body_hash, answer, created_at)
VALUES (%s, %s, gen_random_uuid(), 'CreateTask', '', '', now()) RETURNING 1
"""


async def test_nobody_answers_a_request_in_somebody_elses_name(room: Room) -> None:
    owner, viewer, stranger, workspace = await shared(room)
    for scope, asker, actor in (
        (owner.workspace, owner, stranger),
        (workspace, owner, viewer),
        (workspace, viewer, None),
        (workspace, stranger, None),
        (owner.workspace, stranger, None),
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await room.rows(ASK, scope, asker.id, actor=actor.id if actor else None)
    assert await room.rows(ASK, workspace, owner.id) == [(1,)]
    assert await room.rows(ASK, owner.id, owner.id, actor=owner.id) == [(1,)]
