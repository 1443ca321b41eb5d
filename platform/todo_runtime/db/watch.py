"""Says all the time whether a database answers, for the health of a service."""

import asyncio
from collections.abc import Callable
from typing import Final

from todo_runtime.db.database import Database
from todo_runtime.errors import RetryLater

EVERY: Final = 2.0
LONGEST: Final = 5.0
"""Seconds for an answer: a database that neither answers nor refuses is as good as none."""


async def watch(database: Database, report: Callable[[bool, str], None]) -> None:
    """Makes a round trip every `EVERY` seconds and reports the outcome; works until cancelled."""
    while True:
        try:
            await _look(database, report)
        except RetryLater as error:
            report(False, error.message)
        await asyncio.sleep(EVERY)


async def _look(database: Database, report: Callable[[bool, str], None]) -> None:
    """Reports silence as soon as it is one: psycopg takes seconds more to give up a connection."""
    check = asyncio.create_task(database.check())
    try:
        done, _ = await asyncio.wait([check], timeout=LONGEST)
        if done:
            check.result()
            report(True, "")
        else:
            report(False, f"The database has not answered for {LONGEST:.0f} s.")
    finally:
        check.cancel()
        await asyncio.wait([check])
        if not check.cancelled():
            check.exception()
