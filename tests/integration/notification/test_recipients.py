"""Who is told: members, as far as is known here; nobody who has left or is gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from todo.events import Event
from todo.identity_events.v1 import UserDeleted, UserSignedUp
from todo.reminders.v1 import ReminderDue
from todo.types.v1 import Member, Priority, Role, Task, TaskStatus, UserProfile
from todo.workspace_events.v1 import MemberAdded, MemberRemoved
from todo_product.access import Access, AccessProjection, AccessSource, Heads, Membership, Profile, Snapshot
from todo_product.access import Role as Has
from todo_runtime.errors import RetryLater
from todo_runtime.wire.record import EventMeta

from services.notification.consumer import Reminders

from .test_delivery import NOW, Room, room

__all__ = ["room"]
RECORDED: Final = "SELECT count(*) FROM notifications"


class ChatApi(AccessSource):
    """chat_api at the other end of the line: what it knows, and whether it answers."""

    def __init__(self) -> None:
        self.people: dict[UUID, Access] = {}
        self.answers = True

    async def fetch(self, user: UUID) -> Snapshot | None:
        if not self.answers:
            raise RetryLater("down")
        access = self.people.get(user)
        return None if access is None else Snapshot(access, {one: Heads(1, 1) for one in access.workspaces})


class People:
    """What notification knows of people, from events and from chat_api, and the reminders that it gets."""

    def __init__(self, room: Room) -> None:
        self.room, self.chat_api = room, ChatApi()
        self.projection = AccessProjection(room.database, self.chat_api)
        room.notifications._access = self.projection
        self.consumer = Reminders(room.notifications)

    async def tell(self, event: Event, sequence: int) -> None:
        async with self.room.database.transaction() as tx:
            await self.projection.apply(tx, event, meta(sequence))

    async def signed_up(self) -> UUID:
        user = uuid4()
        profile = UserProfile(
            id=user, display_name="", time_zone="Europe/Berlin", locale="en", personal_workspace_id=uuid4()
        )
        await self.tell(UserSignedUp(profile=profile), 1)
        return user

    async def remind(self, user: UUID, workspace: UUID) -> object:
        """How many notifications there are after a reminder."""
        event = due(user, workspace)
        about = meta(7)
        await self.consumer.prepare([(event, about)])
        async with self.room.database.transaction() as tx:
            await self.consumer.on_reminder_due(tx, event, about)
        return await self.room.value(RECORDED)


def meta(sequence: int) -> EventMeta:
    id_ = uuid4()
    return EventMeta("", id_, sequence, id_, "", "", "", NOW, None, None, None, 0, 0)


def member(user: UUID, workspace: UUID) -> Member:
    return Member(workspace_id=workspace, user_id=user, role=Role.EDITOR, joined_at=NOW)


def due(user: UUID, workspace: UUID) -> ReminderDue:
    task = Task(
        id=uuid4(),
        workspace_id=workspace,
        title="buy milk",
        notes="",
        status=TaskStatus.OPEN,
        priority=Priority.NONE,
        tags=(),
        position="a",
        reminders=[],
        created_at=NOW,
        created_by=user,
        updated_at=NOW,
        updated_by=user,
        etag="1",
    )
    return ReminderDue(reminder_id=uuid4(), recipient_id=user, due_at=NOW, fired_at=NOW, task=task)


@pytest.fixture
def people(room: Room) -> People:
    return People(room)


async def test_a_member_is_told_without_asking_anybody(people: People) -> None:
    user, workspace = await people.signed_up(), uuid4()
    await people.tell(MemberAdded(member=member(user, workspace), actor_id=user), 2)
    people.chat_api.answers = False
    assert await people.remind(user, workspace) == 1


async def test_who_has_left_the_workspace_is_told_nothing(people: People) -> None:
    user, workspace = await people.signed_up(), uuid4()
    await people.tell(MemberAdded(member=member(user, workspace), actor_id=user), 2)
    await people.tell(MemberRemoved(member=member(user, workspace), actor_id=user), 3)
    people.chat_api.answers = False
    assert await people.remind(user, workspace) == 0


async def test_who_is_gone_is_told_nothing(people: People) -> None:
    user = await people.signed_up()
    await people.tell(UserDeleted(user_id=user, deleted_at=NOW), 2)
    people.chat_api.answers = False
    assert await people.remind(user, uuid4()) == 0


async def test_whoever_nobody_knows_is_told_nothing(people: People) -> None:
    assert await people.remind(uuid4(), uuid4()) == 0


async def test_a_place_that_is_not_known_here_yet_is_asked_for_each_time(people: People) -> None:
    """The event of the membership may come after the reminder: a second question within a second is in place."""
    user, workspaces = await people.signed_up(), (uuid4(), uuid4())
    known = await people.projection.of(user)
    for count, workspace in enumerate(workspaces, start=1):
        known = replace(known, memberships={**known.memberships, workspace: Membership(1, Has.EDITOR)})
        people.chat_api.people[user] = known
        assert await people.remind(user, workspace) == count
    assert await people.remind(user, uuid4()) == 2


async def test_while_nobody_can_say_the_reminder_waits(people: People) -> None:
    user = await people.signed_up()
    people.chat_api.answers = False
    with pytest.raises(RetryLater):
        await people.remind(user, uuid4())
    assert await people.room.value(RECORDED) == 0


async def test_a_profile_of_chat_api_is_as_good_as_one_from_events(people: People) -> None:
    user, workspace = uuid4(), uuid4()
    people.chat_api.people[user] = Access(
        user,
        complete=True,
        profile=Profile(1, "Europe/Berlin", "en", workspace),
        memberships={workspace: Membership(0, Has.OWNER)},
    )
    assert await people.remind(user, workspace) == 1
    assert people.room.clock.now() - NOW == timedelta()
