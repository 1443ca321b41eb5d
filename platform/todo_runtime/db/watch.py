"""Monitors whether a database answers, for the health of a service."""

import asyncio
from typing import Final

from todo_runtime.db.database import Database
from todo_runtime.errors import RetryLater
from todo_runtime.health import Report

INTERVAL: Final = 2.0
TIMEOUT: Final = 5.0
"""Seconds to wait for an answer: a database that neither answers nor refuses counts as unavailable."""


async def watch(database: Database, report: Report) -> None:
    """Makes a round trip every `INTERVAL` seconds and reports the result, until cancelled."""
    while True:
        try:
            await _check(database, report)
        except RetryLater as error:
            report(False, error.message)
        await asyncio.sleep(INTERVAL)


async def _check(database: Database, report: Report) -> None:
    """Reports a timeout at once: psycopg takes some more seconds to abandon a connection."""
    check = asyncio.create_task(database.check())
    try:
        done, _ = await asyncio.wait([check], timeout=TIMEOUT)
        if done:
            check.result()
            report(True, "")
        else:
            report(False, f"The database has not answered for {TIMEOUT:.0f} s.")
    finally:
        check.cancel()
        await asyncio.wait([check])
        if not check.cancelled():
            check.exception()
