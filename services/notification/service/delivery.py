"""Sends notifications over the channels of people.

Guarantees: at-least-once delivery outside the app: after a crash between sending and recording, the message is sent
again once the lease has expired, with the same key, by which a webhook can detect the duplicate. Five attempts with
growing pauses; the outcome is published in the transaction that settles it. A slow channel delays only itself, and
nobody has more than half of the slots. A stop waits for the deliveries in flight.
"""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction, is_transient
from todo_runtime.errors import DomainError, PermanentlyBad, RetryLater
from todo_runtime.outbox import append
from todo_runtime.telemetry import spans
from todo_runtime.telemetry.logs import describe

from services.notification import store
from services.notification.domain import MAX_ATTEMPTS, delivery_key, next_attempt
from services.notification.service.events import NotificationEvents
from services.notification.service.guard import OutgoingGuard
from services.notification.service.seal import Seal
from services.notification.store import Delivery

MAX_IN_FLIGHT: Final = 16
"""Deliveries that are sent at the same time."""
MAX_PER_PERSON: Final = 4
"""Claimed at once; a person with as many in flight gets no more before one has ended."""
TIMEOUT: Final = 15.0
LEASE: Final = dt.timedelta(seconds=60)
NOT_DELIVERED: Final = "not_delivered"
_POLL = 2.0
_log = structlog.get_logger(__name__)
Send = Callable[[str, str, str, UUID], Awaitable[bool]]


class DeliveryWorker:
    """The sender of this process. `send` gets (address, title, body, key) and says whether the channel accepted."""

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
        self._in_flight: dict[asyncio.Task[None], Delivery] = {}

    def wake(self) -> None:
        """Wakes the worker: something may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled, then finishes the deliveries in flight."""
        try:
            while True:
                await self._begin_or_log()
                await self._pause()
        finally:
            if self._in_flight:
                await asyncio.wait(self._in_flight)

    async def send_due(self) -> int:
        """Sends what is due now, as far as slots are free; returns how many it tried, once all have ended."""
        begun = await self._begin()
        if begun:
            await asyncio.wait(begun)
        return len(begun)

    async def _begin_or_log(self) -> None:
        try:
            await self._begin()
        except Exception as error:
            if not is_transient(error):
                raise
            _log.warning("delivery_retry", error=type(error).__name__)

    async def _begin(self) -> list[asyncio.Task[None]]:
        begun: list[asyncio.Task[None]] = []
        while wanted := min(MAX_PER_PERSON, MAX_IN_FLIGHT - len(self._in_flight)):
            claimed = await self._claim(wanted)
            begun += [self._start(delivery) for delivery in claimed]
            if len(claimed) < wanted:
                break
        return begun

    async def _claim(self, wanted: int) -> list[Delivery]:
        now = self._clock.now()
        counts = Counter(delivery.notification.user_id for delivery in self._in_flight.values())
        busy = [user for user, count in counts.items() if count >= MAX_PER_PERSON]
        return await self._database.run(lambda tx: store.claim(tx, now, now + LEASE, wanted, busy))

    def _start(self, delivery: Delivery) -> asyncio.Task[None]:
        task = asyncio.create_task(self._deliver(delivery))
        self._in_flight[task] = delivery
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._in_flight[task]
        self.wake()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(_POLL):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _deliver(self, delivery: Delivery) -> None:
        span = spans.start_delivery(delivery.channel.kind, delivery.traceparent)
        fault: str | None = None
        try:
            with span.activate():
                fault = await self._try(delivery)
        except Exception as error:  # noqa: BLE001 - the others continue; this one is retried when its lease expires
            fault = type(error).__name__
            _log.error("delivery_unsettled", channel=str(delivery.channel.id), **describe(error))
        finally:
            span.end(fault)

    async def _try(self, delivery: Delivery) -> str | None:
        """Makes one attempt; returns the error for its span."""
        reason, final = await self._attempt(delivery)
        await self._settle(delivery, reason, final)
        return None if reason is None else NOT_DELIVERED

    async def _settle(self, delivery: Delivery, reason: str | None, final: bool) -> None:
        if reason is None:
            await self._database.run(lambda tx: self._delivered(tx, delivery))
        elif final or delivery.attempts >= MAX_ATTEMPTS:
            await self._database.run(lambda tx: self._failed(tx, delivery, reason))
        else:
            at = next_attempt(delivery.attempts, self._clock.now(), random.random())
            await self._database.run(lambda tx: store.reschedule(tx, delivery, at))

    async def _attempt(self, delivery: Delivery) -> tuple[str | None, bool]:
        """Why the attempt failed, if it did, and whether the failure is permanent."""
        note, channel = delivery.notification, delivery.channel
        if delivery.attempts > MAX_ATTEMPTS:
            return "The attempts ended without an outcome.", True
        try:
            url = self._seal.open(delivery.sealed_url, note.user_id, channel.id)
            async with asyncio.timeout(TIMEOUT):
                await self._guard.recheck(url)
                accepted = await self._send(url, note.title, note.body, delivery_key(note.id, channel.id))
        except (DomainError, PermanentlyBad) as error:
            return error.message, True
        except (RetryLater, TimeoutError) as error:
            _log.warning("delivery_failed", channel=str(channel.id), error=type(error).__name__)
            return error.message if isinstance(error, RetryLater) else "The channel did not answer in time.", False
        return (None, False) if accepted else ("The channel did not accept the message.", False)

    async def _delivered(self, tx: Transaction, delivery: Delivery) -> None:
        if await store.settle(tx, delivery, "delivered"):
            note, now = delivery.notification, self._clock.now()
            await append(tx, [self._events.delivered(note, delivery.channel, delivery.attempts, now)])

    async def _failed(self, tx: Transaction, delivery: Delivery, reason: str) -> None:
        if await store.settle(tx, delivery, "failed"):
            note, now = delivery.notification, self._clock.now()
            await append(tx, [self._events.failed(note, delivery.channel, delivery.attempts, reason, now)])
