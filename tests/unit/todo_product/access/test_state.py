"""What is known of a person grows the same whatever the order in which events and answers come."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted, UserProfileChanged, UserSignedUp
from todo.types.v1 import Member, UserProfile, Workspace, WorkspaceKind
from todo.types.v1 import Role as AvroRole
from todo.workspace_events.v1 import MemberAdded, MemberRemoved, MemberRoleChanged, WorkspaceDeleted
from todo_product.access import Access, Membership, Profile, Role
from todo_product.access.state import WorkspaceGone, changes_of
from todo_runtime.wire.record import EventMeta

USER, WORKSPACE, SESSION, OWN = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def meta(sequence: int) -> EventMeta:
    return EventMeta(
        topic="workspace-events",
        key=WORKSPACE,
        sequence=sequence,
        event_id=UUID(int=sequence),
        type="",
        source="/todo/chat_api",
        subject="",
        time=NOW,
        correlation_id=None,
        causation_id=None,
        traceparent=None,
        partition=0,
        offset=0,
    )


def member(role: AvroRole = AvroRole.EDITOR) -> Member:
    return Member(workspace_id=WORKSPACE, user_id=USER, role=role, joined_at=NOW)


def profile(zone: str = "Europe/Berlin") -> UserProfile:
    return UserProfile(id=USER, display_name="Ada", time_zone=zone, locale="en", personal_workspace_id=OWN)


def told(event: Event, sequence: int) -> Access:
    (change,) = changes_of(event, meta(sequence))
    assert isinstance(change, Access)
    return change


MEMBERSHIPS = st.builds(Membership, st.integers(min_value=0, max_value=4), st.none() | st.sampled_from(Role))
ACCESSES = st.builds(
    Access,
    st.just(USER),
    complete=st.booleans(),
    deleted=st.booleans(),
    generation=st.integers(min_value=0, max_value=3),
    revoked_sessions=st.frozensets(st.sampled_from([UUID(int=5), UUID(int=6)])),
    profile=st.builds(Profile, st.integers(min_value=0, max_value=3), st.sampled_from(["", "UTC"])),
    memberships=st.dictionaries(st.sampled_from([WORKSPACE, OWN]), MEMBERSHIPS),
)


@given(ACCESSES, ACCESSES)
def test_merging_is_commutative(one: Access, other: Access) -> None:
    assert one.merged(other) == other.merged(one)


@given(ACCESSES, ACCESSES, ACCESSES)
def test_merging_is_associative(one: Access, two: Access, three: Access) -> None:
    assert one.merged(two).merged(three) == one.merged(two.merged(three))


@given(ACCESSES)
def test_merging_is_idempotent(one: Access) -> None:
    assert one.merged(one) == one


def test_whoever_signed_up_owns_a_workspace_before_its_event_comes() -> None:
    access = told(UserSignedUp(profile=profile()), 1)
    assert access.complete
    assert access.role_in(OWN) is Role.OWNER
    assert access.profile == Profile(1, "Europe/Berlin", "en", OWN)


def test_a_late_profile_does_not_overwrite_a_newer_one() -> None:
    newer, older = told(UserProfileChanged(profile=profile("UTC")), 3), told(UserProfileChanged(profile=profile()), 2)
    assert newer.merged(older).profile.time_zone == "UTC"


def test_membership_comes_changes_and_goes() -> None:
    access = told(MemberAdded(member=member(), actor_id=USER), 2)
    assert access.role_in(WORKSPACE) is Role.EDITOR
    access = access.merged(told(MemberRoleChanged(member=member(AvroRole.VIEWER), actor_id=USER), 3))
    assert access.role_in(WORKSPACE) is Role.VIEWER
    access = access.merged(told(MemberRemoved(member=member(), actor_id=USER), 4))
    assert access.role_in(WORKSPACE) is None
    assert access.workspaces == ()


def test_an_old_answer_does_not_bring_a_removed_member_back() -> None:
    removed = told(MemberRemoved(member=member(), actor_id=USER), 4)
    answer = Access(USER, complete=True, memberships={WORKSPACE: Membership(3, Role.OWNER)})
    assert removed.merged(answer).role_in(WORKSPACE) is None


def test_an_unknown_role_grants_nothing() -> None:
    assert told(MemberAdded(member=member(AvroRole.UNSPECIFIED), actor_id=USER), 2).role_in(WORKSPACE) is None


def test_one_session_can_be_revoked_or_all_of_a_generation() -> None:
    one = told(SessionsRevoked(user_id=USER, session_id=SESSION, generation=0, revoked_at=NOW), 2)
    assert not one.admits(SESSION, 0)
    assert one.admits(UUID(int=9), 0)
    all_ = told(SessionsRevoked(user_id=USER, session_id=None, generation=2, revoked_at=NOW), 3)
    assert not all_.admits(UUID(int=9), 1)
    assert all_.admits(UUID(int=9), 2)


def test_a_deleted_person_may_nothing() -> None:
    access = told(UserSignedUp(profile=profile()), 1).merged(told(UserDeleted(user_id=USER, deleted_at=NOW), 2))
    assert not access.admits(SESSION, 9)
    assert access.workspaces == ()


def test_a_deleted_workspace_is_told_once_for_everybody() -> None:
    workspace = Workspace(
        id=WORKSPACE, display_name="", kind=WorkspaceKind.SHARED, created_at=NOW, updated_at=NOW, deleted_at=NOW
    )
    (gone,) = changes_of(WorkspaceDeleted(workspace=workspace, actor_id=USER), meta(7))
    assert gone == WorkspaceGone(WORKSPACE, 7)


@pytest.mark.parametrize(
    ("role", "other", "includes"),
    [(Role.OWNER, Role.EDITOR, True), (Role.VIEWER, Role.EDITOR, False), (Role.EDITOR, Role.EDITOR, True)],
)
def test_roles_rise(role: Role, other: Role, includes: bool) -> None:
    assert role.includes(other) is includes
