"""Waiting on conditions, with limits: tests never sleep for a guessed time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar, overload

T = TypeVar("T")
_INTERVAL = 0.02


@overload
async def eventually(
    condition: Callable[[], Awaitable[T]], *, within: float = 10.0, what: str = "the condition"
) -> T: ...


@overload
async def eventually(condition: Callable[[], T], *, within: float = 10.0, what: str = "the condition") -> T: ...


async def eventually(condition: Callable[[], Any], *, within: float = 10.0, what: str = "the condition") -> Any:
    """Calls `condition` until it returns something true, and returns that; AssertionError after `within` seconds.

    An AssertionError of the condition counts as not yet; the last one is shown.
    """
    end = monotonic() + within
    last: AssertionError | None = None
    while True:
        try:
            result = condition()
            value = await result if inspect.isawaitable(result) else result
            if value:
                return value
        except AssertionError as error:
            last = error
        if monotonic() > end:
            raise AssertionError(f"{what} did not come true within {within} s.") from last
        await asyncio.sleep(_INTERVAL)
