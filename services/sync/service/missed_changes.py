"""What a subscription has missed: from the buffers of its stream, else from audit."""

import asyncio
from collections.abc import Sequence
from typing import Final

from services.sync.domain.reorder_buffer import Sequenced
from services.sync.service.ports import Backfill, Change
from services.sync.service.stream import Stream, Subscription

AHEAD_SECONDS: Final = 5.0


async def fetch_missed(
    subscription: Subscription, index: int, backfill: Backfill
) -> Sequence[Sequenced[Change]] | None:
    """The changes of the topic at `index` after the subscription's position; None when they can't be had."""
    stream, sequence = subscription.stream, subscription.position[index]
    buffer = stream.buffers[index]
    if sequence == stream.position[index]:
        return []
    if sequence < 0 or buffer.last is None:
        return None
    if sequence > buffer.last and not await _reaches(stream, index, sequence):
        return None
    retained = buffer.since(sequence)
    if retained is not None or sequence >= buffer.last:
        return retained or []
    until = (buffer.first_retained or buffer.last + 1) - 1
    return await backfill.fetch(stream.id, stream.id.topics[index], sequence, until) or None


async def _reaches(stream: Stream, index: int, sequence: int) -> bool:
    """Waits a bounded time for a stream to reach a client's cursor: another replica may be ahead of this one."""
    try:
        async with asyncio.timeout(AHEAD_SECONDS):
            while (stream.buffers[index].last or 0) < sequence:
                await stream.wait_for_change()
    except TimeoutError:
        return False
    return True
