"""The rules of notifications: which addresses may be used, what a reminder says, when it is quiet. Pure."""

import datetime as dt
import ipaddress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from todo_calendar.local_time import to_utc
from todo_calendar.time_zones import time_zone
from todo_runtime.errors import InvalidArgument

MAX_ATTEMPTS: Final = 5
NAMESPACE: Final = UUID("6f1d9a52-5f0e-4a3b-9c53-2d0c8f7f0b11")
WITH_HOST: Final = frozenset(
    (
        "json",
        "jsons",
        "mailto",
        "mailtos",
        "ntfy",
        "ntfys",
        "gotify",
        "gotifys",
        "matrix",
        "matrixs",
        "rocket",
        "rockets",
    )
)
"""Kinds whose address names a host that we connect to."""
HOSTED: Final = frozenset(("slack", "discord", "tgram", "pover", "pbul", "join", "msteams"))
"""Kinds whose host is the provider's own."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that a person is told. `kind` is reminder or test."""

    id: UUID
    user_id: UUID
    kind: str
    title: str
    body: str
    workspace_id: UUID | None
    task_id: UUID | None
    reminder_id: UUID | None
    created_at: dt.datetime
    read_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach a person, without its address."""

    id: UUID
    user_id: UUID
    display_name: str
    kind: str
    masked_host: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants to be told; quiet hours are local times of day."""

    silenced_kinds: frozenset[str] = field(default_factory=frozenset)
    quiet_start: dt.time | None = None
    quiet_end: dt.time | None = None


def notification_id(reminder: UUID, due_at: dt.datetime) -> UUID:
    """The id of the notification for a firing of a reminder: the same whenever it is told again."""
    return uuid5(NAMESPACE, f"{reminder}/{due_at.isoformat()}")


def delivery_key(notification: UUID, channel: UUID) -> UUID:
    """What a receiver knows a message by, however often it is sent: one for each notification and channel."""
    return uuid5(notification, str(channel))


def reminder_body(date: str | None, time: str | None) -> str:
    """What a reminder says below the task's title."""
    if date is None:
        return ""
    return f"Due {date} at {time[:5]}" if time else f"Due {date}"


def check_url(url: str) -> tuple[str, str]:
    """The kind and the host of an address. Raises InvalidArgument without repeating the address."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        raise bad_url("This is no address of a channel.") from None
    kind = parts.scheme.lower()
    if kind not in WITH_HOST | HOSTED:
        raise bad_url(f"Channels of this kind are not allowed; allowed are {', '.join(sorted(WITH_HOST | HOSTED))}.")
    if not host:
        raise bad_url("The address of the channel names no host.")
    return kind, host if kind in WITH_HOST else ""


def masked(host: str) -> str:
    """A host that its owner recognises and nobody else learns: `e…e.com`."""
    name, dot, top = host.rpartition(".")
    if not dot or len(name) < 3:
        return "…"
    return f"{name[0]}…{name[-1]}.{top}"


def is_public(address: str) -> bool:
    """Whether it is an IP address of the public internet (RFC 6890), looking into mapped IPv4; a name is not."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


def quiet_until(preferences: Preferences, now: dt.datetime, zone: str) -> dt.datetime:
    """When something may be sent: now, or the end of the quiet hours that now lies in."""
    start, end = preferences.quiet_start, preferences.quiet_end
    if start is None or end is None or start == end:
        return now
    home = time_zone(zone or "UTC")  # a person who is gone has no zone any more
    local = now.astimezone(home)
    at = local.time().replace(tzinfo=None)
    inside = start <= at < end if start < end else at >= start or at < end
    if not inside:
        return now
    day = local.date() if at < end else local.date() + dt.timedelta(days=1)
    return to_utc(day, end, home)


def next_attempt(attempts: int, now: dt.datetime, jitter: float) -> dt.datetime:
    """When to try again after so many attempts: 2, 8, 32, 128 s, and up to half as much again (`jitter` in 0..1)."""
    return now + dt.timedelta(seconds=2 * 4 ** (attempts - 1) * (1 + jitter / 2))


def bad_url(text: str) -> InvalidArgument:
    """An address that is not taken; `text` must not repeat it."""
    return InvalidArgument.at("channel.url", text)


def refused_host() -> InvalidArgument:
    """An address that leads into a network of our own."""
    return bad_url("The host of the channel's address is not on the public internet.")
