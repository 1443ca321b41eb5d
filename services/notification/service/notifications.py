"""Recording notifications, reading them, and the channels and preferences of people."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from todo.reminders.v1 import ReminderCancelled, ReminderDue
from todo_product.access import AccessReader
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import InvalidArgument, NotFound
from todo_runtime.idempotency import Replay, Request
from todo_runtime.ids import uuid7
from todo_runtime.outbox import append
from todo_runtime.telemetry.tracing import outgoing_traceparent
from todo_runtime.wire.record import EventMeta

from services.notification import store
from services.notification.domain import (
    Channel,
    Notification,
    Preferences,
    masked,
    notification_id,
    quiet_until,
    reminder_body,
)
from services.notification.service.apprise_sender import parse_address
from services.notification.service.events import NotificationEvents
from services.notification.service.guard import OutgoingGuard
from services.notification.service.seal import Seal

MAX_CHANNELS = 20
T = TypeVar("T")


class NotificationHandlers:
    """All use cases of notifications except sending."""

    def __init__(
        self,
        database: Database,
        access: AccessReader,
        events: NotificationEvents,
        seal: Seal,
        guard: OutgoingGuard,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._access = access
        self._events = events
        self._seal = seal
        self._guard = guard
        self._clock = clock
        self._wake = wake

    async def zone_of_member(self, user: UUID, workspace: UUID) -> str | None:
        """The time zone of a member of a workspace; None for somebody who is not one, or not any more.

        Events tell of those who left. An unknown membership is asked for, since its event may still be on its way: this
        may call chat_api, so call it before a transaction.
        """
        access = await self._access.of(user)
        if workspace not in access.memberships and not access.deleted:
            access = (await self._access.refresh(user)).access
        return None if access.role_in(workspace) is None else access.profile.time_zone

    async def record_due(self, tx: Transaction, event: ReminderDue, meta: EventMeta, zone: str) -> None:
        """Records a reminder that fell due, announces it, and asks for its delivery."""
        task = event.task
        due = task.due
        note = Notification(
            id=notification_id(event.reminder_id, event.due_at),
            user_id=event.recipient_id,
            kind="reminder",
            title=task.title,
            body=reminder_body(due.date, due.time) if due else "",
            workspace_id=task.workspace_id,
            task_id=task.id,
            reminder_id=event.reminder_id,
            created_at=self._clock.now(),
        )
        await tx.act_for(note.user_id)
        if await store.add(tx, note):
            await append(tx, [self._events.created(note, meta)])
            await self._deliver(tx, note, zone, meta)

    async def record_cancelled(self, tx: Transaction, event: ReminderCancelled) -> None:
        """Takes back what was not sent yet."""
        await tx.act_for(event.recipient_id)
        await store.cancel(tx, event.recipient_id, event.reminder_id)

    async def list_notifications(
        self, user: UUID, before: tuple[dt.datetime, UUID] | None, limit: int, *, unread_only: bool
    ) -> list[Notification]:
        """A person's notifications, the newest first."""
        async with self._database.transaction(user) as tx:
            return await store.list_of(tx, user, before, limit, unread_only=unread_only)

    async def mark_read(self, user: UUID, id_: UUID, request: Request[Notification] | None) -> Notification | Replay:
        """Marks a notification as read."""

        async def work(tx: Transaction) -> Notification:
            note = await store.get(tx, user, id_)
            if note.read_at is not None:
                return note
            read = replace(note, read_at=self._clock.now())
            await store.mark_read(tx, user, id_, self._clock.now())
            await append(tx, [self._events.read(read, self._clock.now())])
            return read

        return await self._once(user, request, work)

    async def get_preferences(self, user: UUID) -> Preferences:
        """A person's preferences."""
        async with self._database.transaction(user) as tx:
            return await store.preferences(tx, user)

    async def update_preferences(
        self, user: UUID, change: Callable[[Preferences], Preferences], request: Request[Preferences] | None
    ) -> Preferences | Replay:
        """Changes a person's preferences."""

        async def work(tx: Transaction) -> Preferences:
            after = change(await store.preferences(tx, user))
            await store.save_preferences(tx, user, after)
            return after

        return await self._once(user, request, work)

    async def create_channel(
        self, user: UUID, display_name: str, url: str, request: Request[Channel] | None
    ) -> Channel | Replay:
        """Adds a channel; its address is sealed and never shown again."""
        kind, host = await self._guard.check(url)
        parse_address(url.strip())
        name = display_name.strip() or kind
        channel = Channel(uuid7(), user, name, kind, masked(host) if host else "", self._clock.now())

        async def work(tx: Transaction) -> Channel:
            if len(await store.channels(tx, user, None, MAX_CHANNELS)) >= MAX_CHANNELS:
                raise InvalidArgument.at("channel", f"A person has at most {MAX_CHANNELS} channels.")
            await store.add_channel(tx, channel, self._seal.close(url.strip(), user, channel.id))
            return channel

        return await self._once(user, request, work)

    async def list_channels(self, user: UUID, after: UUID | None, limit: int) -> list[Channel]:
        """A person's channels."""
        async with self._database.transaction(user) as tx:
            return await store.channels(tx, user, after, limit)

    async def delete_channel(self, user: UUID, id_: UUID, request: Request[None] | None) -> Replay | None:
        """Deletes a channel."""

        async def work(tx: Transaction) -> None:
            await store.delete_channel(tx, user, id_, self._clock.now())

        return await self._once(user, request, work)

    async def test_channel(self, user: UUID, id_: UUID, request: Request[Notification] | None) -> Notification | Replay:
        """Sends a test message over one channel, whatever the preferences say."""
        now = self._clock.now()
        note = Notification(uuid7(), user, "test", "This is a test", "Your channel works.", None, None, None, now)

        async def work(tx: Transaction) -> Notification:
            await store.add(tx, note)
            if not await store.deliver(tx, note, now, outgoing_traceparent(), id_):
                raise NotFound(f"There is no channel channels/{id_}.")
            await append(tx, [self._events.created(note, None)])
            tx.after_commit(self._wake)
            return note

        return await self._once(user, request, work)

    async def _deliver(self, tx: Transaction, note: Notification, zone: str, meta: EventMeta) -> None:
        preferences = await store.preferences(tx, note.user_id)
        if note.kind in preferences.silenced_kinds:
            return
        await store.deliver(tx, note, quiet_until(preferences, note.created_at, zone), meta.traceparent)
        tx.after_commit(self._wake)

    async def _once(
        self, user: UUID, request: Request[T] | None, work: Callable[[Transaction], Awaitable[T]]
    ) -> T | Replay:
        async def run(tx: Transaction) -> T | Replay:
            return await store.REQUESTS.once(tx, (user,), request, self._clock.now(), lambda: work(tx))

        return await self._database.run(run, user)
