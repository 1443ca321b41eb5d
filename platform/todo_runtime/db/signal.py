"""Wakes the relay when the same process has appended to the outbox."""

import asyncio


class OutboxSignal:
    """Set after a commit that appended to the outbox; several calls before a wait count as one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Signals that there are rows to publish. Call it in the event loop."""
        self._event.set()

    async def wait(self, timeout: float) -> bool:
        """Waits for a signal, `timeout` seconds at most, and resets it; returns whether there was one."""
        if not self._event.is_set():
            try:
                async with asyncio.timeout(timeout):
                    await self._event.wait()
            except TimeoutError:
                return False
        self._event.clear()
        return True
