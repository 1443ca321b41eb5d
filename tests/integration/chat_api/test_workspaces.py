"""Workspaces from their invitation to their end: who gets in, what a repeat gets, and what is left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest
from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
)
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.chat_api.access.model import Role
from services.chat_api.shared import quotas
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Reminder
from services.chat_api.workspaces.domain.invitations import VALID, InvitationCodes
from services.chat_api.workspaces.rpc.invitations import InvitationRpc
from services.chat_api.workspaces.rpc.workspaces import WorkspaceRpc

from .conftest import NOW, Person, Room, draft

EVENTS = """
SELECT split_part(type, '.', 4) FROM outbox WHERE key = %s AND topic = 'workspace-events' ORDER BY sequence
"""
LEFT = """
SELECT (SELECT count(*) FROM workspaces WHERE id = %s), (SELECT count(*) FROM tasks WHERE workspace_id = %s),
       (SELECT count(*) FROM members WHERE workspace_id = %s), (SELECT count(*) FROM reminders WHERE workspace_id = %s),
       (SELECT count(*) FROM invitations WHERE workspace_id = %s)
"""


@pytest.fixture
def rpc(room: Room) -> WorkspaceRpc:
    return WorkspaceRpc(room.workspaces, PageTokens(b"a key"))


def invitations(room: Room) -> InvitationRpc:
    return InvitationRpc(room.invitations, PageTokens(b"a key"))


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 10, None)


async def email_of(room: Room, person: Person) -> str:
    return str((await room.all_rows("SELECT email FROM users WHERE id = %s", person.id))[0][0])


async def house(rpc: WorkspaceRpc, owner: Person) -> str:
    request = pb.CreateWorkspaceRequest(workspace=pb.Workspace(display_name="House"))
    return (await rpc.create_workspace(request, call(owner))).name


async def invited(
    room: Room, owner: Person, parent: str, email: str, role: Any = pb.ROLE_EDITOR, request_id: str = ""
) -> pb.Invitation:
    wanted = pb.Invitation(email=email, role=role)
    request = pb.CreateInvitationRequest(parent=parent, invitation=wanted, request_id=request_id)
    return await invitations(room).create_invitation(request, call(owner))


async def accept(room: Room, person: Person, code: str, request_id: str = "") -> pb.Member:
    request = pb.AcceptInvitationRequest(code=code, request_id=request_id)
    return await invitations(room).accept_invitation(request, call(person))


def id_of(name: str) -> UUID:
    return UUID(name.rpartition("/")[2])


async def events(room: Room, name: str) -> list[str]:
    return [row[0] for row in await room.all_rows(EVENTS, id_of(name))]


async def left_of(room: Room, name: str) -> Sequence[int]:
    return (await room.all_rows(LEFT, *[id_of(name)] * 5))[0]


async def test_whoever_is_invited_joins_with_the_code_once(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob = await room.person(), await room.person()
    name, address = await house(rpc, ada), await email_of(room, bob)
    invitation = await invited(room, ada, name, f" {address.upper()} ")
    listed = await invitations(room).list_invitations(pb.ListInvitationsRequest(parent=name), call(ada))
    assert [(one.name, one.email, one.role, one.code) for one in listed.invitations] == [
        (invitation.name, address.upper(), pb.ROLE_EDITOR, "")
    ]
    member = await accept(room, bob, invitation.code)
    assert (member.name, member.role, member.email) == (f"{name}/members/{bob.id}", pb.ROLE_EDITOR, address)
    assert (await rpc.get_workspace(pb.GetWorkspaceRequest(name=name), call(bob))).role == pb.ROLE_EDITOR
    assert await events(room, name) == ["WorkspaceCreated", "MemberAdded", "MemberAdded"]
    with pytest.raises(NotFound):
        await accept(room, bob, invitation.code)


async def test_a_code_is_for_its_address_and_its_time_only(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob, eve = await room.person(), await room.person(), await room.person()
    name = await house(rpc, ada)
    invitation = await invited(room, ada, name, await email_of(room, bob))
    with pytest.raises(FailedPrecondition):
        await accept(room, eve, invitation.code)
    room.clock.advance(VALID)
    with pytest.raises(FailedPrecondition):
        await accept(room, bob, invitation.code)
    assert not (await invitations(room).list_invitations(pb.ListInvitationsRequest(parent=name), call(ada))).invitations
    again = await invited(room, ada, name, await email_of(room, bob))
    room.clock.advance(VALID - timedelta(seconds=1))
    await accept(room, bob, again.code)


async def test_codes_that_were_never_given_are_refused_alike(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob = await room.person(), await room.person()
    invitation = await invited(room, ada, await house(rpc, ada), await email_of(room, bob))
    unknown = InvitationCodes(b"a key").of(uuid4())
    forged = InvitationCodes(b"another key").of(id_of(invitation.name))
    changed = ("A" if invitation.code[0] != "A" else "B") + invitation.code[1:]
    messages = set[str]()
    for code in ("x", "ü", "A" * 43, unknown, forged, changed, invitation.code[:-4]):
        with pytest.raises(NotFound) as refused:
            await accept(room, bob, code)
        messages.add(refused.value.message)
    assert len(messages) == 1


async def test_an_invitation_that_is_withdrawn_or_replaced_ends(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob = await room.person(), await room.person()
    name, address = await house(rpc, ada), await email_of(room, bob)
    first = await invited(room, ada, name, address)
    second = await invited(room, ada, name, address.upper(), pb.ROLE_VIEWER)
    with pytest.raises(NotFound):
        await accept(room, bob, first.code)
    request = pb.RevokeInvitationRequest(name=second.name, request_id=str(uuid4()))
    for _ in range(2):
        await invitations(room).revoke_invitation(request, call(ada))
    with pytest.raises(NotFound):
        await accept(room, bob, second.code)
    with pytest.raises(NotFound):
        await invitations(room).revoke_invitation(pb.RevokeInvitationRequest(name=second.name), call(ada))


async def test_a_repeat_gets_the_first_answer_and_its_code_is_not_kept(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob = await room.person(), await room.person()
    name, address = await house(rpc, ada), await email_of(room, bob)
    first, again = [await invited(room, ada, name, address, request_id=str(UUID(int=1))) for _ in range(2)]
    assert first == again
    kept = await room.all_rows("SELECT answer FROM requests WHERE method = 'CreateInvitation'")
    assert len(kept) == 1
    assert first.code.encode() not in bytes(kept[0][0])
    joined, once_more = [await accept(room, bob, first.code, str(UUID(int=2))) for _ in range(2)]
    assert joined == once_more
    assert (await events(room, name)).count("MemberAdded") == 2


async def test_only_owners_of_shared_workspaces_invite(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob, eve = await room.person(), await room.person(), await room.person()
    name = await house(rpc, ada)
    await accept(room, bob, (await invited(room, ada, name, await email_of(room, bob))).code)
    for person, error in ((bob, PermissionDenied), (eve, NotFound)):
        with pytest.raises(error):
            await invited(room, person, name, "carl@example.com")
        with pytest.raises(error):
            await invitations(room).list_invitations(pb.ListInvitationsRequest(parent=name), call(person))
    with pytest.raises(AlreadyExists):
        await invited(room, ada, name, await email_of(room, bob))
    with pytest.raises(FailedPrecondition):
        await invited(room, ada, "workspaces/personal", "carl@example.com")


@pytest.mark.parametrize("email", ["", "carl", "@example.com", "carl@", "carl smith@example.com"])
async def test_what_is_no_address_is_refused(room: Room, rpc: WorkspaceRpc, email: str) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await invited(room, ada, await house(rpc, ada), email)
    assert refused.value.violations[0].field == "invitation.email"


async def test_row_level_security_shows_invitations_to_owners_alone(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob, eve = await room.person(), await room.person(), await room.person()
    name = await house(rpc, ada)
    await room.workspaces.add_member(ada.id, str(id_of(name)), await email_of(room, bob), Role.EDITOR)
    await invited(room, ada, name, "carl@example.com")
    seen = [await room.rows("SELECT email FROM invitations", actor=person.id) for person in (ada, bob, eve)]
    assert seen == [[("carl@example.com",)], [], []]


async def test_a_deleted_workspace_is_nobodys_at_once_and_nothing_is_left_of_it(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob = await room.person(), await room.person()
    name = await house(rpc, ada)
    workspace = str(id_of(name))
    await accept(room, bob, (await invited(room, ada, name, await email_of(room, bob))).code)
    await invited(room, ada, name, "carl@example.com")
    reminder = Reminder(UUID(int=1), before=None, at=NOW + timedelta(days=1), fires_at=None)
    parent = await room.tasks.create_task(bob.actor, workspace, draft(due=LocalTime(NOW.date()), reminders=(reminder,)))
    await room.tasks.create_task(ada.actor, workspace, draft(parent_id=parent.id))
    await room.lists.create(ada.actor, workspace, "Home")
    await rpc.delete_workspace(pb.DeleteWorkspaceRequest(name=name), call(ada))
    assert await left_of(room, name) == (1, 2, 0, 0, 0)
    for person in (ada, bob):
        with pytest.raises(NotFound):
            await rpc.get_workspace(pb.GetWorkspaceRequest(name=name), call(person))
    assert (await events(room, name))[-1] == "WorkspaceDeleted"
    await room.purge()
    await room.purge()
    assert await left_of(room, name) == (0, 0, 0, 0, 0)
    assert await room.all_rows("SELECT 1 FROM task_lists WHERE workspace_id = %s", id_of(name)) == []


async def test_what_is_not_deleted_stays(room: Room, rpc: WorkspaceRpc) -> None:
    ada = await room.person()
    name = await house(rpc, ada)
    await room.tasks.create_task(ada.actor, str(id_of(name)), draft())
    await room.purge()
    assert (await left_of(room, name))[:3] == (1, 1, 1)
    async with room.scheduler.transaction() as tx:
        assert (await tx.execute("DELETE FROM tasks")).rowcount == 0


async def test_deleting_again_answers_as_before(room: Room, rpc: WorkspaceRpc) -> None:
    ada = await room.person()
    name = await house(rpc, ada)
    request = pb.DeleteWorkspaceRequest(name=name, etag="1", request_id=str(uuid4()))
    for _ in range(2):
        await rpc.delete_workspace(request, call(ada))
    with pytest.raises(NotFound):
        await rpc.delete_workspace(pb.DeleteWorkspaceRequest(name=name), call(ada))
    with pytest.raises(InvalidArgument):
        await rpc.delete_workspace(pb.DeleteWorkspaceRequest(name=name, request_id=request.request_id), call(ada))


async def test_nobody_adds_themselves_to_a_deleted_workspace(room: Room, rpc: WorkspaceRpc) -> None:
    ada, eve = await room.person(), await room.person()
    name = await house(rpc, ada)
    await rpc.delete_workspace(pb.DeleteWorkspaceRequest(name=name), call(ada))
    assert await room.rows("SELECT todo_is_new(%s)", id_of(name), actor=eve.id) == [(False,)]


async def test_only_an_owner_deletes_and_never_a_personal_or_a_changed_one(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob, eve = await room.person(), await room.person(), await room.person()
    name = await house(rpc, ada)
    await room.workspaces.add_member(ada.id, str(id_of(name)), await email_of(room, bob), Role.EDITOR)
    refusals: tuple[tuple[Person, str, str, Any], ...] = (
        (eve, name, "", NotFound),
        (bob, name, "", PermissionDenied),
        (ada, "workspaces/personal", "", FailedPrecondition),
        (ada, name, "2", Aborted),
    )
    for person, which, etag, error in refusals:
        with pytest.raises(error):
            await rpc.delete_workspace(pb.DeleteWorkspaceRequest(name=which, etag=etag), call(person))
    assert await events(room, name) == ["WorkspaceCreated", "MemberAdded", "MemberAdded"]


async def test_leaving_again_answers_as_before(room: Room, rpc: WorkspaceRpc) -> None:
    ada, bob = await room.person(), await room.person()
    name = await house(rpc, ada)
    await room.workspaces.add_member(ada.id, str(id_of(name)), await email_of(room, bob), Role.EDITOR)
    request = pb.RemoveMemberRequest(name=f"{name}/members/{bob.id}", request_id=str(uuid4()))
    for _ in range(2):
        await rpc.remove_member(request, call(bob))
    assert (await events(room, name)).count("MemberRemoved") == 1


async def test_there_is_room_for_so_many(room: Room, rpc: WorkspaceRpc, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob, carl = await room.person(), await room.person(), await room.person()
    name = await house(rpc, ada)
    for quota, most in (("MEMBERS", 2), ("INVITATIONS", 2), ("WORKSPACES", 2)):
        monkeypatch.setattr(quotas, quota, replace(getattr(quotas, quota), most=most))
    codes = [(await invited(room, ada, name, await email_of(room, person))).code for person in (bob, carl)]
    with pytest.raises(ResourceExhausted, match="2 open invitations"):
        await invited(room, ada, name, "dora@example.com")
    await accept(room, bob, codes[0])
    with pytest.raises(ResourceExhausted, match="2 members"):
        await accept(room, carl, codes[1])
    with pytest.raises(ResourceExhausted, match="2 members"):
        await room.workspaces.add_member(ada.id, str(id_of(name)), await email_of(room, carl), Role.VIEWER)
    with pytest.raises(ResourceExhausted, match="2 workspaces"):
        await house(rpc, ada)
    assert (await left_of(room, name))[2] == 2


async def test_nobody_is_put_into_more_workspaces_than_they_may_be_in(
    room: Room, rpc: WorkspaceRpc, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bob is in his own one alone, as far as Ada sees, and in one of Carl's."""
    ada, bob, carl = await room.person(), await room.person(), await room.person()
    address = await email_of(room, bob)
    await room.workspaces.add_member(carl.id, str(id_of(await house(rpc, carl))), address, Role.VIEWER)
    name = str(id_of(await house(rpc, ada)))
    monkeypatch.setattr(quotas, "WORKSPACES", replace(quotas.WORKSPACES, most=2))
    with pytest.raises(ResourceExhausted) as refused:
        await room.workspaces.add_member(ada.id, name, address, Role.VIEWER)
    assert refused.value.reason == "WORKSPACE_QUOTA"
    await room.workspaces.remove_member(
        bob.id, str((await room.workspaces.list_workspaces(bob.id, None, 9))[1][0].id), bob.id
    )
    await room.workspaces.add_member(ada.id, name, address, Role.VIEWER)


async def test_an_old_etag_is_refused_with_the_current_one(room: Room, rpc: WorkspaceRpc) -> None:
    ada = await room.person()
    name = await house(rpc, ada)
    with pytest.raises(Aborted) as refused:
        await rpc.update_workspace(
            pb.UpdateWorkspaceRequest(workspace=pb.Workspace(name=name, display_name="Flat", etag="7")), call(ada)
        )
    error = refused.value
    assert (error.reason, error.metadata, "its etag is now 1" in error.message) == (
        "ETAG_MISMATCH",
        {"etag": "1"},
        True,
    )
