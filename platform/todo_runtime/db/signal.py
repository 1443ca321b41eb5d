"""The wake-up call from whoever appended to the outbox to the relay in the same process."""

import asyncio


class OutboxSignal:
    """Set after a commit that appended to the outbox; many sets before a wait count as one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """There is something to publish. Call it from the event loop."""
        self._event.set()

    async def wait(self, timeout: float) -> bool:
        """Waits for the next call, `timeout` seconds at most; whether there was one. The call is used up."""
        if not self._event.is_set():
            try:
                async with asyncio.timeout(timeout):
                    await self._event.wait()
            except TimeoutError:
                return False
        self._event.clear()
        return True
