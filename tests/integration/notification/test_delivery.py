"""Delivery over a channel, to a real webhook: tried again, settled once, and the address never shown."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID, uuid4

import pytest
from google.protobuf.empty_pb2 import Empty
from todo.dead_letters.v1 import DeadLetter
from todo.notification.v1 import notification_service_pb2 as pb
from todo_bindings.notification.producers import NotificationsProducer
from todo_product.access import AccessProjection
from todo_runtime.auth import Principal
from todo_runtime.clock import FixedClock
from todo_runtime.db import Database
from todo_runtime.errors import InvalidArgument, NotFound
from todo_runtime.kafka import AvroCodec, SchemaRegistry
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from services.notification.domain import Channel
from services.notification.rpc import NotificationRpc
from services.notification.service.apprise_sender import AppriseSender
from services.notification.service.delivery import DeliveryWorker
from services.notification.service.events import NotificationEvents
from services.notification.service.guard import OutgoingGuard
from services.notification.service.notifications import NotificationHandlers
from services.notification.service.seal import Seal

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = b"Idempotency-Key:"
TYPES = "SELECT array_agg(type ORDER BY id) FROM outbox"


@dataclass
class Webhook:
    """A server of the person's own: answers with the statuses in turn, then with 200."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://user:secret@127.0.0.1:{self.port}/"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        self.keys += [line.partition(b":")[2].strip() for line in head.split(b"\r\n") if line.startswith(KEY)]
        self.bodies.append(await reader.readexactly(int(length.partition(b":")[2])))
        status = self.statuses.pop(0) if self.statuses else 200
        writer.write(b"HTTP/1.1 %d X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(*statuses: int) -> AsyncIterator[Webhook]:
    webhook = Webhook(statuses=list(statuses))
    server = await asyncio.start_server(webhook.answer, "127.0.0.1", 0)
    webhook.port = server.sockets[0].getsockname()[1]
    async with server:
        yield webhook


@dataclass
class Room:
    """notification without its edges."""

    database: Database
    deliverer: Database
    superuser: Database
    notifications: NotificationHandlers
    worker: Callable[..., DeliveryWorker]
    clock: FixedClock

    async def value(self, query: str) -> object:
        async with self.superuser.transaction() as tx:
            row = await tx.fetch_one(query)
        return row[0] if row else None

    async def channel(self, user: UUID, url: str) -> Channel:
        channel = await self.notifications.create_channel(user, "mine", url, None)
        assert isinstance(channel, Channel)
        return channel

    async def tested(self, webhook: Webhook) -> UUID:
        """Somebody with a channel that has a test message waiting."""
        user = uuid4()
        channel = await self.channel(user, webhook.url)
        await self.notifications.test_channel(user, channel.id, None)
        return user


@pytest.fixture
async def room(stack: HostedStack, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Room]:
    copy = database_of("notification")
    clock, seal, guard = FixedClock(NOW), Seal("secret"), OutgoingGuard(allow_private=True)
    async with (
        Database(copy.url()) as database,
        Database(copy.url("deliverer")) as deliverer,
        Database(stack.blueprint.postgres_url(copy.name)) as superuser,
        SchemaRegistry(stack.blueprint.registry_url) as registry,
    ):
        codec = AvroCodec(registry)
        await codec.load(
            [(NotificationsProducer.TOPIC, NotificationsProducer.EVENTS), ("notification-dead-letters", [DeadLetter])]
        )
        events = NotificationEvents(NotificationsProducer(codec))
        sender = AppriseSender(allow_private=True)
        access = AccessProjection(database, None)  # type: ignore[arg-type]  # channels need nobody's access
        yield Room(
            database=database,
            deliverer=deliverer,
            superuser=superuser,
            notifications=NotificationHandlers(database, access, events, seal, guard, clock, lambda: None),
            worker=lambda guard=guard: DeliveryWorker(deliverer, events, seal, guard, clock, sender.send),
            clock=clock,
        )
        await sender.close()


async def test_a_message_is_sent_and_reported(room: Room) -> None:
    async with listening() as webhook:
        await room.tested(webhook)
        assert await room.worker().send_due() == 1
    assert b"Your channel works." in webhook.bodies[0]
    assert await room.value(TYPES) == [
        "todo.notifications.v1.NotificationCreated",
        "todo.notifications.v1.NotificationDelivered",
    ]


async def test_a_refused_message_is_tried_again_later(room: Room) -> None:
    async with listening(500) as webhook:
        await room.tested(webhook)
        worker = room.worker()
        assert await worker.send_due() == 1
        assert await worker.send_due() == 0
        room.clock.advance(timedelta(seconds=10))
        assert await worker.send_due() == 1
    assert await room.value("SELECT state || attempts FROM deliveries") == "delivered2"


async def test_after_five_attempts_it_is_given_up_and_said_so(room: Room) -> None:
    async with listening(*[500] * 9) as webhook:
        await room.tested(webhook)
        for _ in range(9):
            await room.worker().send_due()
            room.clock.advance(timedelta(minutes=10))
    assert len(webhook.bodies) == 5
    assert await room.value("SELECT state FROM deliveries") == "failed"
    assert await room.value("SELECT type FROM outbox ORDER BY id DESC") == "todo.notifications.v1.NotificationFailed"


async def test_a_webhook_knows_a_message_that_comes_again_by_its_key(room: Room) -> None:
    async with listening(500, 500) as webhook:
        user = await room.tested(webhook)
        for _ in range(3):
            await room.worker().send_due()
            room.clock.advance(timedelta(minutes=10))
        assert len(set(webhook.keys)) == 1
        assert len(webhook.keys) == 3
        UUID(webhook.keys[0].decode())
        (channel,) = await room.notifications.list_channels(user, None, 10)
        await room.notifications.test_channel(user, channel.id, None)
        await room.worker().send_due()
        assert len(set(webhook.keys)) == 2


async def test_a_key_that_the_address_gives_does_not_stand_for_every_message(room: Room) -> None:
    async with listening() as webhook:
        user = uuid4()
        channel = await room.channel(user, f"{webhook.url}?+idempotency-key=mine&+X-Mine=yes")
        for _ in range(2):
            await room.notifications.test_channel(user, channel.id, None)
        await room.worker().send_due()
        assert len(set(webhook.keys)) == 2


async def test_a_host_that_is_not_found_when_a_message_is_sent_is_tried_again(room: Room) -> None:
    user = uuid4()
    channel = await room.channel(user, "json://nowhere.invalid/")
    await room.notifications.test_channel(user, channel.id, None)
    worker = room.worker(OutgoingGuard(allow_private=False))
    for attempt in range(1, 5):
        assert await worker.send_due() == 1
        assert await room.value("SELECT state || attempts FROM deliveries") == f"waiting{attempt}"
        room.clock.advance(timedelta(minutes=10))
    await worker.send_due()
    assert await room.value("SELECT state FROM deliveries") == "failed"


async def test_a_channel_whose_host_does_not_exist_is_not_added(room: Room) -> None:
    with pytest.raises(InvalidArgument, match="does not exist"):
        await OutgoingGuard(allow_private=False).check("json://nowhere.invalid/")


async def test_two_workers_send_it_once(room: Room) -> None:
    async with listening() as webhook:
        await room.tested(webhook)
        sent = await asyncio.gather(room.worker().send_due(), room.worker().send_due())
    assert sum(sent) == 1
    assert len(webhook.bodies) == 1


async def test_the_address_is_readable_for_nobody(room: Room) -> None:
    async with listening() as webhook:
        user = await room.tested(webhook)
        (channel,) = await room.notifications.list_channels(user, None, 10)
    assert "secret" not in repr(channel)
    assert await room.value("SELECT count(*) FROM channels c WHERE c::text LIKE '%secret%'") == 0


@pytest.mark.parametrize("table", ["notifications", "channels", "preferences", "deliveries", "requests"])
async def test_without_a_where_another_person_sees_nothing(room: Room, table: str) -> None:
    async with listening() as webhook:
        await room.tested(webhook)
    for actor in (uuid4(), None):
        async with room.database.transaction(actor) as tx:
            assert await tx.fetch_all(f"SELECT 1 FROM {table}") == []


async def test_somebody_elses_channel_is_not_tested(room: Room) -> None:
    async with listening() as webhook:
        user = await room.tested(webhook)
        (channel,) = await room.notifications.list_channels(user, None, 10)
        with pytest.raises(NotFound):
            await room.notifications.test_channel(uuid4(), channel.id, None)


async def test_deleting_a_channel_again_with_the_same_request_gets_the_first_answer(room: Room) -> None:
    user, edge = uuid4(), NotificationRpc(room.notifications, PageTokens(b"key"))
    call = _call(user)
    channel = await room.channel(user, "json://example.com/")
    request = pb.DeleteChannelRequest(name=f"channels/{channel.id}", request_id=str(uuid4()))
    for _ in range(2):
        assert await edge.delete_channel(request, call) == Empty()
    with pytest.raises(NotFound):
        await edge.delete_channel(pb.DeleteChannelRequest(name=request.name, request_id=str(uuid4())), call)


def _call(user: UUID) -> Call:
    return Call("", Principal(user_id=user), uuid4(), None, monotonic() + 10, None)
