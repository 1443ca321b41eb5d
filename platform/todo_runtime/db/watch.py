"""Says all the time whether a database answers, for the health of a service."""

import asyncio
from collections.abc import Callable
from typing import Final

from todo_runtime.db.database import Database
from todo_runtime.errors import RetryLater

EVERY: Final = 2.0


async def watch(database: Database, report: Callable[[bool, str], None]) -> None:
    """Makes a round trip every `EVERY` seconds and reports the outcome; works until cancelled."""
    while True:
        try:
            await database.check()
        except RetryLater as error:
            report(False, error.message)
        else:
            report(True, "")
        await asyncio.sleep(EVERY)
