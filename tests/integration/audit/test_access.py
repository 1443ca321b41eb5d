"""The projection of access: kept in the database or in memory, it gives the same answers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted, UserSignedUp
from todo.types.v1 import Member, UserProfile, Workspace, WorkspaceKind
from todo.types.v1 import Role as AvroRole
from todo.workspace_events.v1 import MemberAdded, MemberRemoved, WorkspaceDeleted
from todo_product.access import (
    Access,
    AccessMemory,
    AccessProjection,
    AccessReader,
    AccessSource,
    Heads,
    Membership,
    Profile,
    Role,
    Snapshot,
)
from todo_runtime.auth import Principal
from todo_runtime.db import Database
from todo_runtime.errors import NotFound, PermissionDenied, RetryLater, Unauthenticated
from todo_runtime.testing import eventually
from todo_runtime.wire.record import EventMeta

from tests.integration.audit.conftest import Room

NOW = datetime(2026, 11, 20, tzinfo=UTC)
Told = Callable[[Event, int], Awaitable[None]]


class ChatApi(AccessSource):
    """What chat_api knows, and how often it was asked."""

    def __init__(self) -> None:
        self.people: dict[UUID, Access] = {}
        self.asked = 0
        self.answers = True

    async def fetch(self, user: UUID) -> Snapshot | None:
        self.asked += 1
        await asyncio.sleep(0.05)
        if not self.answers:
            raise RetryLater("down")
        if user not in self.people:
            return None
        access = self.people[user]
        return Snapshot(access, {workspace: Heads(1, 2) for workspace in access.workspaces})


class Kept:
    """A projection, how it is told of events, and the service that it asks."""

    def __init__(self, kind: str, database: Database) -> None:
        self.chat_api = ChatApi()
        self.projection = AccessProjection(database, self.chat_api)
        self.memory = AccessMemory(self.chat_api)
        self._database = database
        self._kind = kind

    @property
    def reader(self) -> AccessReader:
        return self.projection if self._kind == "database" else self.memory

    async def tell(self, event: Event, sequence: int) -> None:
        meta = _meta(sequence)
        if self._kind == "memory":
            self.memory.apply(event, meta)
            return
        async with self._database.transaction() as tx:
            await self.projection.apply(tx, event, meta)


@pytest.fixture(params=["database", "memory"])
def kept(request: pytest.FixtureRequest, room: Room) -> Kept:
    return Kept(request.param, room.database)


@pytest.fixture
def ada(kept: Kept) -> UUID:
    """Somebody whom chat_api knows, with a workspace of her own."""
    user, own = uuid4(), uuid4()
    kept.chat_api.people[user] = Access(
        user,
        complete=True,
        generation=1,
        revoked_sessions=frozenset({UUID(int=9)}),
        profile=Profile(3, "Europe/Berlin", "en-GB", own),
        memberships={own: Membership(2, Role.OWNER)},
    )
    return user


def _meta(sequence: int) -> EventMeta:
    id_ = UUID(int=sequence)
    return EventMeta("", id_, sequence, id_, "", "", "", NOW, None, None, None, 0, 0)


def _member(user: UUID, workspace: UUID, role: AvroRole = AvroRole.EDITOR) -> Member:
    return Member(workspace_id=workspace, user_id=user, role=role, joined_at=NOW)


async def test_somebody_unknown_is_asked_for_once(kept: Kept, ada: UUID) -> None:
    answers = await asyncio.gather(*(kept.reader.of(ada) for _ in range(10)))
    assert answers == [kept.chat_api.people[ada]] * 10
    assert await kept.reader.of(ada) == kept.chat_api.people[ada]
    assert kept.chat_api.asked == 1


async def test_somebody_whom_nobody_knows_may_nothing(kept: Kept) -> None:
    nobody = uuid4()
    assert (await kept.reader.of(nobody)).deleted
    with pytest.raises(Unauthenticated):
        await kept.reader.session_guard(Principal(user_id=nobody, session_id=uuid4()))


async def test_whoever_is_known_needs_no_chat_api(kept: Kept, ada: UUID) -> None:
    await kept.reader.of(ada)
    kept.chat_api.answers = False
    own = kept.chat_api.people[ada].workspaces[0]
    assert await kept.reader.open_workspace(ada, "workspaces/personal", Role.OWNER) == own
    assert await kept.reader.role_in(ada, own) is Role.OWNER
    with pytest.raises(RetryLater):
        await kept.reader.of(uuid4())


async def test_roles_are_required(kept: Kept, ada: UUID) -> None:
    workspace = uuid4()
    await kept.reader.of(ada)
    with pytest.raises(NotFound):
        await kept.reader.open_workspace(ada, f"workspaces/{workspace}")
    with pytest.raises(NotFound):
        await kept.reader.open_workspace(ada, "workspaces/nonsense")
    await kept.tell(MemberAdded(member=_member(ada, workspace), actor_id=ada), 5)
    assert await kept.reader.open_workspace(ada, f"workspaces/{workspace}", Role.EDITOR) == workspace
    with pytest.raises(PermissionDenied):
        await kept.reader.require(ada, workspace, Role.OWNER)


async def test_an_unknown_place_is_asked_for_but_not_all_the_time(kept: Kept, ada: UUID) -> None:
    workspace = uuid4()
    await kept.reader.of(ada)
    for _ in range(20):
        assert await kept.reader.role_in(ada, workspace) is None
    assert kept.chat_api.asked == 2


async def test_a_place_whose_event_has_not_come_yet_is_asked_for(kept: Kept, ada: UUID) -> None:
    workspace = uuid4()
    await kept.reader.of(ada)
    known = kept.chat_api.people[ada]
    memberships = {**known.memberships, workspace: Membership(4, Role.VIEWER)}
    kept.chat_api.people[ada] = replace(known, memberships=memberships)
    assert await kept.reader.role_in(ada, workspace) is Role.VIEWER


async def test_an_answer_never_undoes_an_event(kept: Kept, ada: UUID) -> None:
    own = kept.chat_api.people[ada].workspaces[0]
    await kept.reader.of(ada)
    await kept.tell(MemberRemoved(member=_member(ada, own), actor_id=ada), 7)
    await kept.reader.refresh(ada)
    assert await kept.reader.role_in(ada, own) is None


async def test_a_deleted_workspace_has_no_members(kept: Kept, ada: UUID) -> None:
    own = kept.chat_api.people[ada].workspaces[0]
    await kept.reader.of(ada)
    gone = Workspace(id=own, display_name="", kind=WorkspaceKind.SHARED, created_at=NOW, updated_at=NOW, deleted_at=NOW)
    await kept.tell(WorkspaceDeleted(workspace=gone, actor_id=ada), 8)
    assert (await kept.reader.of(ada)).workspaces == ()


async def test_sessions_are_refused_as_soon_as_they_are_revoked(kept: Kept, ada: UUID) -> None:
    session = uuid4()
    guard = kept.reader.session_guard
    await guard(Principal(user_id=ada, session_id=session, generation=1))
    for revoked in (
        Principal(user_id=ada, session_id=UUID(int=9), generation=1),
        Principal(user_id=ada, session_id=session, generation=0),
    ):
        with pytest.raises(Unauthenticated):
            await guard(revoked)
    await kept.tell(SessionsRevoked(user_id=ada, session_id=session, generation=1, revoked_at=NOW), 4)
    with pytest.raises(Unauthenticated):
        await guard(Principal(user_id=ada, session_id=session, generation=1))
    await guard(Principal(user_id=ada, session_id=uuid4(), generation=1))
    await kept.tell(SessionsRevoked(user_id=ada, session_id=None, generation=2, revoked_at=NOW), 5)
    with pytest.raises(Unauthenticated):
        await guard(Principal(user_id=ada, session_id=uuid4(), generation=1))
    await kept.tell(UserDeleted(user_id=ada, deleted_at=NOW), 6)
    with pytest.raises(Unauthenticated):
        await guard(Principal(user_id=ada, session_id=uuid4(), generation=2))


async def test_a_service_is_not_asked_for_a_session(kept: Kept) -> None:
    await kept.reader.session_guard(Principal(service="sync"))
    assert kept.chat_api.asked == 0


async def test_whoever_signs_up_is_known_from_the_event_alone(room: Room) -> None:
    kept, user, own = Kept("database", room.database), uuid4(), uuid4()
    profile = UserProfile(
        id=user, display_name="Ada", time_zone="Europe/Berlin", locale="en", personal_workspace_id=own
    )
    await kept.tell(UserSignedUp(profile=profile), 1)
    assert await kept.reader.open_workspace(user, "workspaces/personal", Role.OWNER) == own
    assert (await kept.reader.of(user)).profile == Profile(1, "Europe/Berlin", "en", own)
    assert kept.chat_api.asked == 0


async def test_events_that_come_while_chat_api_is_asked_are_not_lost(room: Room) -> None:
    kept, user, own = Kept("memory", room.database), uuid4(), uuid4()
    kept.chat_api.people[user] = Access(user, complete=True, memberships={own: Membership(2, Role.OWNER)})
    asking = asyncio.create_task(kept.reader.of(user))
    await eventually(lambda: kept.chat_api.asked)
    await kept.tell(MemberRemoved(member=_member(user, own), actor_id=user), 3)
    assert (await asking).role_in(own) is None
