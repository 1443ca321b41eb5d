"""Sign-in and its limits, refresh tokens and what happens when one is used again."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

import pytest
from todo_runtime.errors import DomainError, ResourceExhausted, Unauthenticated

from services.chat_api.identity.model import SignUp, TokenPair
from services.chat_api.identity.service import FAILURE_WINDOW, MAX_FAILURES, SESSION_LIFETIME

from .conftest import Room

RIGHT, WRONG = "correct horse battery", "wrong horse battery"
REVOKED = "todo.identity_events.v1.SessionsRevoked"
T = TypeVar("T")


@dataclass(frozen=True)
class Account:
    email: str
    tokens: TokenPair


async def account(room: Room) -> Account:
    email = f"{uuid4()}@example.com"
    _, tokens = await room.identity.sign_up(SignUp(email, RIGHT, "", "Europe/Berlin", "en", None))
    return Account(email, tokens)


async def outcome(work: Awaitable[T]) -> T | type[DomainError]:
    try:
        return await work
    except DomainError as error:
        return type(error)


async def outcomes(room: Room, email: str, password: str, times: int) -> list[object]:
    return await asyncio.gather(*(outcome(room.identity.sign_in(email, password)) for _ in range(times)))


async def test_guesses_at_the_same_time_count_as_those_one_after_the_other(room: Room) -> None:
    ada = await account(room)
    heard = await outcomes(room, ada.email, WRONG, 3 * MAX_FAILURES)
    assert heard.count(Unauthenticated) == MAX_FAILURES
    assert heard.count(ResourceExhausted) == 2 * MAX_FAILURES


async def test_when_the_limit_is_reached_the_right_password_waits_too(room: Room) -> None:
    ada = await account(room)
    await outcomes(room, ada.email, WRONG, MAX_FAILURES)
    with pytest.raises(ResourceExhausted) as refused:
        await room.identity.sign_in(ada.email.upper(), RIGHT)
    assert refused.value.metadata == {"retry_after_seconds": "900"}
    room.clock.advance(FAILURE_WINDOW - timedelta(seconds=1))
    assert await outcomes(room, ada.email, RIGHT, 1) == [ResourceExhausted]
    room.clock.advance(timedelta(seconds=2))
    user, _ = await room.identity.sign_in(ada.email, RIGHT)
    assert user.email == ada.email


async def test_the_right_password_clears_the_wrong_ones(room: Room) -> None:
    ada = await account(room)
    for _ in range(3):
        assert await outcomes(room, ada.email, WRONG, MAX_FAILURES - 1) == [Unauthenticated] * (MAX_FAILURES - 1)
        await room.identity.sign_in(ada.email, RIGHT)
    assert await room.all_rows("SELECT count(*) FROM sign_in_attempts") == [(0,)]


async def test_one_address_that_is_guessed_at_holds_up_no_other(room: Room) -> None:
    ada, eve = await account(room), await account(room)
    await outcomes(room, ada.email, WRONG, MAX_FAILURES + 1)
    await room.identity.sign_in(eve.email, RIGHT)


async def test_an_unknown_address_has_the_same_limit_and_the_same_answer(room: Room) -> None:
    heard = await outcomes(room, "nobody@example.com", WRONG, MAX_FAILURES + 1)
    assert sorted(map(str, heard)) == sorted(map(str, [Unauthenticated] * MAX_FAILURES + [ResourceExhausted]))


async def test_a_refresh_token_is_good_once_and_each_gives_the_next(room: Room) -> None:
    tokens = (await account(room)).tokens
    seen = {tokens.refresh_token}
    for _ in range(3):
        tokens = await room.identity.refresh_token(tokens.refresh_token)
        assert tokens.refresh_token not in seen
        seen.add(tokens.refresh_token)


async def revoked(room: Room) -> int:
    ((count,),) = await room.all_rows("SELECT count(*) FROM outbox WHERE type = %s", REVOKED)
    return int(count)


async def test_a_refresh_token_that_comes_again_ends_its_session_for_both(room: Room) -> None:
    first = (await account(room)).tokens
    second = await room.identity.refresh_token(first.refresh_token)
    for token in (first, second, first):
        with pytest.raises(Unauthenticated) as refused:
            await room.identity.refresh_token(token.refresh_token)
        assert refused.value.reason == "SESSION_REVOKED"
    assert await revoked(room) == 1


async def test_a_refresh_token_that_comes_twice_at_once_ends_its_session_too(room: Room) -> None:
    """Whichever comes second has a copy; and the first may be the thief."""
    first = (await account(room)).tokens
    heard = await asyncio.gather(*(outcome(room.identity.refresh_token(first.refresh_token)) for _ in range(5)))
    won = [one for one in heard if isinstance(one, TokenPair)]
    assert len(won) <= 1
    for tokens in won:
        with pytest.raises(Unauthenticated):
            await room.identity.refresh_token(tokens.refresh_token)
    assert await revoked(room) == 1


async def test_other_sessions_of_the_same_person_go_on(room: Room) -> None:
    ada = await account(room)
    _, other = await room.identity.sign_in(ada.email, RIGHT)
    await room.identity.refresh_token(ada.tokens.refresh_token)
    with pytest.raises(Unauthenticated):
        await room.identity.refresh_token(ada.tokens.refresh_token)
    await room.identity.refresh_token(other.refresh_token)


@pytest.mark.parametrize("token", ["", "nonsense", f"{uuid4()}.", f"{uuid4()}.secret", "."])
async def test_what_is_no_refresh_token_is_refused(room: Room, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await room.identity.refresh_token(token)


async def test_a_session_ends_by_itself(room: Room) -> None:
    ada = await account(room)
    ((ends,),) = await room.all_rows("SELECT expires_at FROM sessions")
    assert ends == room.clock.now() + SESSION_LIFETIME
    async with room.superuser.transaction() as tx:
        await tx.execute("UPDATE sessions SET expires_at = now() - interval '1 second'")
    with pytest.raises(Unauthenticated):
        await room.identity.refresh_token(ada.tokens.refresh_token)
