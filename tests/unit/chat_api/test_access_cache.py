"""A person's access is loaded once for concurrent calls, and no answer from before a change is kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from todo_runtime.db import Database

from services.chat_api.access import store
from services.chat_api.access.cache import AccessCache


class Asked:
    """Stands for the database: each question waits for its answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[asyncio.Future[Any]] = []
        monkeypatch.setattr(store, "load", self.load)

    @asynccontextmanager
    async def transaction(self, _actor: UUID) -> AsyncIterator[None]:
        yield None

    async def load(self, _tx: object, _user: UUID) -> Any:
        self.answers.append(asyncio.get_running_loop().create_future())
        return await self.answers[-1]


async def test_the_first_answer_is_kept_while_others_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, user = Asked(monkeypatch), uuid4()
    cache: Any = AccessCache(cast("Database", asked))
    first, second = (asyncio.create_task(cache.of(user)) for _ in range(2))
    await asyncio.sleep(0)
    asked.answers[0].set_result("known")
    assert await first == "known"
    assert await asyncio.wait_for(cache.of(user), 1) == "known"
    second.cancel()


async def test_an_answer_from_before_a_change_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, user = Asked(monkeypatch), uuid4()
    cache: Any = AccessCache(cast("Database", asked))
    before = asyncio.create_task(cache.of(user))
    await asyncio.sleep(0)
    cache.evict(user)
    after = asyncio.create_task(cache.of(user))
    await asyncio.sleep(0)
    for answer, value in zip(asked.answers, ("old", "new"), strict=True):
        answer.set_result(value)
    assert (await before, await after) == ("old", "new")
    assert await asyncio.wait_for(cache.of(user), 1) == "new"
