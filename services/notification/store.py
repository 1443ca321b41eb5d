"""Notifications, channels, preferences and deliveries in the database."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from todo_runtime.db import Row, Transaction
from todo_runtime.errors import NotFound
from todo_runtime.idempotency import RequestTable

from services.notification.domain import Channel, Notification, Preferences

_NOTE = "n.id, n.user_id, n.kind, n.title, n.body, n.workspace_id, n.task_id, n.reminder_id, n.created_at, n.read_at"
_CHANNEL = "c.id, c.user_id, c.display_name, c.kind, c.masked_host, c.created_at"
_ADD = """
INSERT INTO notifications (id, user_id, kind, title, body, workspace_id, task_id, reminder_id, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING 1
"""
_GET = f"SELECT {_NOTE} FROM notifications n WHERE n.user_id = %s AND n.id = %s FOR UPDATE"  # noqa: S608 - constants
_LIST = f"""
SELECT {_NOTE} FROM notifications n
 WHERE n.user_id = %s AND (%s::timestamptz IS NULL OR (n.created_at, n.id) < (%s, %s))
   AND (NOT %s OR n.read_at IS NULL)
 ORDER BY n.created_at DESC, n.id DESC LIMIT %s
"""  # noqa: S608 - constants of this module
_CHANNELS = f"""
SELECT {_CHANNEL} FROM channels c WHERE c.user_id = %s AND c.deleted_at IS NULL AND (%s::uuid IS NULL OR c.id > %s)
 ORDER BY c.id LIMIT %s
"""  # noqa: S608 - constants of this module
_ADD_CHANNEL = """
INSERT INTO channels (id, user_id, display_name, sealed_url, kind, masked_host, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_DELIVER = """
INSERT INTO deliveries (user_id, notification_id, channel_id, next_attempt_at, traceparent)
SELECT %s, %s, c.id, %s, %s FROM channels c
 WHERE c.user_id = %s AND c.deleted_at IS NULL AND (%s::uuid IS NULL OR c.id = %s)
ON CONFLICT DO NOTHING
"""
_CANCEL = """
UPDATE deliveries d SET state = 'cancelled' FROM notifications n
 WHERE n.user_id = %s AND n.reminder_id = %s AND d.user_id = n.user_id AND d.notification_id = n.id
   AND d.state = 'waiting'
"""
_CLAIM = f"""
WITH due AS (
  SELECT user_id, notification_id, channel_id FROM deliveries
   WHERE state = 'waiting' AND next_attempt_at <= %s AND user_id <> ALL (%s)
   ORDER BY next_attempt_at LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE deliveries d SET attempts = attempts + 1, next_attempt_at = %s
  FROM due JOIN notifications n ON n.user_id = due.user_id AND n.id = due.notification_id
           JOIN channels c ON c.user_id = due.user_id AND c.id = due.channel_id
 WHERE d.user_id = due.user_id AND d.notification_id = due.notification_id AND d.channel_id = due.channel_id
RETURNING d.attempts, d.traceparent, c.sealed_url, {_NOTE}, {_CHANNEL}
"""  # noqa: S608 - constants of this module
_SETTLE = """
UPDATE deliveries SET state = %s WHERE user_id = %s AND notification_id = %s AND channel_id = %s AND state = 'waiting'
RETURNING 1
"""
_AGAIN = """
UPDATE deliveries SET next_attempt_at = %s WHERE user_id = %s AND notification_id = %s AND channel_id = %s
"""
_PREFERENCES = """
INSERT INTO preferences (user_id, silenced_kinds, quiet_start, quiet_end) VALUES (%s, %s, %s, %s)
    ON CONFLICT (user_id) DO UPDATE SET silenced_kinds = excluded.silenced_kinds,
       quiet_start = excluded.quiet_start, quiet_end = excluded.quiet_end
"""

REQUESTS: Final = RequestTable("user_id", serialize=True)
"""The requests of people that were answered. No other lock keeps two repeats of one apart."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notification that is to be sent over a channel. `attempts` counts this one too; `traceparent` is that of what
    it tells of.
    """

    attempts: int
    traceparent: str | None
    sealed_url: bytes
    notification: Notification
    channel: Channel


async def add(tx: Transaction, note: Notification) -> bool:
    """Records a notification; False when it is there already."""
    values = (note.id, note.user_id, note.kind, note.title, note.body, note.workspace_id, note.task_id)
    return await tx.fetch_one(_ADD, (*values, note.reminder_id, note.created_at)) is not None


async def get(tx: Transaction, user: UUID, id_: UUID) -> Notification:
    """One notification, locked. Raises NotFound."""
    row = await tx.fetch_one(_GET, (user, id_))
    if row is None:
        raise NotFound(f"There is no notification notifications/{id_}.")
    return Notification(*row)


async def mark_read(tx: Transaction, user: UUID, id_: UUID, now: dt.datetime) -> None:
    """Notes when a notification was read."""
    await tx.execute("UPDATE notifications SET read_at = %s WHERE user_id = %s AND id = %s", (now, user, id_))


async def list_of(
    tx: Transaction, user: UUID, before: tuple[dt.datetime, UUID] | None, limit: int, *, unread_only: bool
) -> list[Notification]:
    """The newest first; `before` is (created_at, id) of the last one of the page before."""
    at, id_ = before or (None, None)
    rows = await tx.fetch_all(_LIST, (user, at, at, id_, unread_only, limit))
    return [Notification(*row) for row in rows]


async def add_channel(tx: Transaction, channel: Channel, sealed_url: bytes) -> None:
    """Adds a channel with its sealed address."""
    values = (channel.id, channel.user_id, channel.display_name, sealed_url, channel.kind, channel.masked_host)
    await tx.execute(_ADD_CHANNEL, (*values, channel.created_at))


async def channels(tx: Transaction, user: UUID, after: UUID | None, limit: int) -> list[Channel]:
    """A person's channels."""
    return [Channel(*row) for row in await tx.fetch_all(_CHANNELS, (user, after, after, limit))]


async def delete_channel(tx: Transaction, user: UUID, id_: UUID, now: dt.datetime) -> None:
    """Deletes a channel and what waits for it. Raises NotFound."""
    query = "UPDATE channels SET deleted_at = %s WHERE user_id = %s AND id = %s AND deleted_at IS NULL RETURNING 1"
    if await tx.fetch_one(query, (now, user, id_)) is None:
        raise NotFound(f"There is no channel channels/{id_}.")
    waiting = "UPDATE deliveries SET state = 'cancelled' WHERE user_id = %s AND channel_id = %s AND state = 'waiting'"
    await tx.execute(waiting, (user, id_))


async def deliver(
    tx: Transaction, note: Notification, at: dt.datetime, traceparent: str | None, channel: UUID | None = None
) -> int:
    """Asks for delivery over one channel, or over all; returns over how many."""
    values = (note.user_id, note.id, at, traceparent, note.user_id, channel, channel)
    return (await tx.execute(_DELIVER, values)).rowcount


async def cancel(tx: Transaction, user: UUID, reminder: UUID) -> None:
    """Takes back what waits to be sent for a reminder."""
    await tx.execute(_CANCEL, (user, reminder))


async def claim(
    tx: Transaction, now: dt.datetime, lease: dt.datetime, limit: int, without: Sequence[UUID] = ()
) -> list[Delivery]:
    """Takes due deliveries, but none of the people in `without`; until `lease` nobody else gets them."""
    return [_delivery(row) for row in await tx.fetch_all(_CLAIM, (now, list(without), limit, lease))]


async def settle(tx: Transaction, delivery: Delivery, state: str) -> bool:
    """Closes a delivery; False when somebody else has."""
    place = (delivery.notification.user_id, delivery.notification.id, delivery.channel.id)
    return await tx.fetch_one(_SETTLE, (state, *place)) is not None


async def reschedule(tx: Transaction, delivery: Delivery, at: dt.datetime) -> None:
    """Tries a delivery again later."""
    place = (delivery.notification.user_id, delivery.notification.id, delivery.channel.id)
    await tx.execute(_AGAIN, (at, *place))


async def preferences(tx: Transaction, user: UUID) -> Preferences:
    """A person's preferences."""
    query = "SELECT silenced_kinds, quiet_start, quiet_end FROM preferences WHERE user_id = %s"
    row = await tx.fetch_one(query, (user,))
    return Preferences(frozenset(row[0]), row[1], row[2]) if row else Preferences()


async def save_preferences(tx: Transaction, user: UUID, wanted: Preferences) -> None:
    """Writes a person's preferences."""
    await tx.execute(_PREFERENCES, (user, sorted(wanted.silenced_kinds), wanted.quiet_start, wanted.quiet_end))


def _delivery(row: Row) -> Delivery:
    return Delivery(row[0], row[1], bytes(row[2]), Notification(*row[3:13]), Channel(*row[13:19]))
