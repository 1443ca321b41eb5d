"""Events to commands: reminders, and what changes access."""

from collections.abc import Sequence
from uuid import UUID

from todo.events import Event
from todo.reminders.v1 import ReminderCancelled, ReminderDue
from todo_bindings.notification.consumers import IdentityEventsConsumer, RemindersConsumer, WorkspaceEventsConsumer
from todo_product.access.consuming import AccessHandlers
from todo_runtime.db import Transaction
from todo_runtime.errors import RetryLater
from todo_runtime.wire.record import EventMeta

from services.notification.service.notifications import NotificationHandlers

KEPT = 5_000
"""Zones that may wait for their transaction: more than any batch has."""


class Reminders(RemindersConsumer):
    """Records what falls due for members; their zones are looked up before the transaction.

    A zone (None: no member) is kept by event until it is used: a redrive may prepare its event while a batch is
    between its preparation and its transaction.
    """

    def __init__(self, notifications: NotificationHandlers) -> None:
        self._notifications = notifications
        self._zones: dict[UUID, str | None] = {}

    async def prepare(self, events: Sequence[tuple[Event, EventMeta]]) -> None:
        """Looks the zones of the recipients up. Raises RetryLater."""
        if len(self._zones) > KEPT:
            self._zones.clear()
        for event, meta in events:
            if isinstance(event, ReminderDue):
                zone = await self._notifications.zone_of_member(event.recipient_id, event.task.workspace_id)
                self._zones[meta.event_id] = zone

    async def on_reminder_due(self, tx: Transaction, event: ReminderDue, meta: EventMeta) -> None:
        """Records a notification; nothing for somebody who may not see the task (any more)."""
        if meta.event_id not in self._zones:
            raise RetryLater("The recipient's zone was not looked up.")
        zone = self._zones.pop(meta.event_id)
        if zone is not None:
            await self._notifications.record_due(tx, event, meta, zone)

    async def on_reminder_cancelled(self, tx: Transaction, event: ReminderCancelled, meta: EventMeta) -> None:
        """Takes back what was not sent yet."""
        del meta
        await self._notifications.record_cancelled(tx, event)


class IdentityAccess(AccessHandlers, IdentityEventsConsumer):
    """Keeps the projection of access: people."""


class WorkspaceAccess(AccessHandlers, WorkspaceEventsConsumer):
    """Keeps the projection of access: memberships."""
