"""Sends notifications over the channels of people.

Promises: at least once, outside of the app: a crash between the sending and its record sends again. Five attempts with
growing pauses; what is settled is reported.
"""

import asyncio
import datetime as dt
import random
from collections.abc import Callable

import apprise
import structlog
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import DomainError, PermanentlyBad, RetryLater
from todo_runtime.outbox import append

from services.notification import store
from services.notification.domain import MAX_ATTEMPTS, next_attempt
from services.notification.handlers.events import NotificationEvents
from services.notification.handlers.guard import OutgoingGuard
from services.notification.handlers.seal import Seal
from services.notification.store import Delivery

BATCH = 16
TIMEOUT = 20.0
LEASE = dt.timedelta(seconds=60)
_POLL = 2.0
_log = structlog.get_logger(__name__)
Send = Callable[[str, str, str], bool]


class DeliveryWorker:
    """The sender of this process. `send` gets (address, title, body) in a thread and says whether it was accepted."""

    def __init__(
        self,
        database: Database,
        events: NotificationEvents,
        seal: Seal,
        guard: OutgoingGuard,
        clock: Clock,
        send: Send,
    ) -> None:
        self._database = database
        self._events = events
        self._seal = seal
        self._guard = guard
        self._clock = clock
        self._send = send
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                while await self.send_due():
                    pass
            except RetryLater as error:
                _log.warning("delivery_waits", reason=error.message)
            await self._pause()

    async def send_due(self) -> int:
        """Sends what is due, a few at a time; returns how many it tried."""
        now = self._clock.now()
        due = await self._database.run(lambda tx: store.claim(tx, now, now + LEASE, BATCH))
        await asyncio.gather(*(self._deliver(delivery) for delivery in due))
        return len(due)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_POLL):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _deliver(self, delivery: Delivery) -> None:
        reason, final = await self._attempt(delivery)
        if reason is None:
            await self._database.run(lambda tx: self._delivered(tx, delivery))
        elif final or delivery.attempts >= MAX_ATTEMPTS:
            await self._database.run(lambda tx: self._failed(tx, delivery, reason))
        else:
            at = next_attempt(delivery.attempts, self._clock.now(), random.random())
            await self._database.run(lambda tx: store.put_off(tx, delivery, at))

    async def _attempt(self, delivery: Delivery) -> tuple[str | None, bool]:
        """What went wrong, if anything, and whether it will always go wrong."""
        note, channel = delivery.notification, delivery.channel
        try:
            url = self._seal.open(delivery.sealed_url, note.user_id, channel.id)
            await self._guard.check(url)
            async with asyncio.timeout(TIMEOUT):
                accepted = await asyncio.to_thread(self._send, url, note.title, note.body)
        except (DomainError, PermanentlyBad) as error:
            return str(error), True
        except (RetryLater, TimeoutError) as error:
            _log.warning("delivery_failed", channel=str(channel.id), error=type(error).__name__)
            return "The channel did not answer in time.", False
        return (None, False) if accepted else ("The channel did not accept the message.", False)

    async def _delivered(self, tx: Transaction, delivery: Delivery) -> None:
        if await store.settle(tx, delivery, "delivered"):
            note, now = delivery.notification, self._clock.now()
            await append(tx, [self._events.delivered(note, delivery.channel, delivery.attempts, now)])

    async def _failed(self, tx: Transaction, delivery: Delivery, reason: str) -> None:
        if await store.settle(tx, delivery, "failed"):
            note, now = delivery.notification, self._clock.now()
            await append(tx, [self._events.failed(note, delivery.channel, delivery.attempts, reason, now)])


def send_with_apprise(url: str, title: str, body: str) -> bool:
    """Sends one message (blocking)."""
    target = apprise.Apprise()
    if not target.add(url):
        raise PermanentlyBad("The address of the channel is not understood.")
    return bool(target.notify(title=title, body=body or title))
