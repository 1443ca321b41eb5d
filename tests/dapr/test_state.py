"""What every store of small values does, whatever it stands on."""

import asyncio
from datetime import timedelta

import pytest
from todo_runtime.errors import Aborted
from todo_runtime.state import StateStore, StateValue
from todo_runtime.testing import eventually

KEY = "conversation/0190f5d4-8a00-7000-8000-00000000000a"


async def read(state: StateStore, key: str = KEY) -> StateValue:
    found = await state.get(key)
    assert found is not None
    return found


async def test_what_was_never_written_is_not_there(state: StateStore) -> None:
    assert await state.get(KEY) is None
    await state.delete(KEY)


@pytest.mark.parametrize("value", [b"", b"{}", b'"text"', b"null", bytes(range(256)), b"x" * 100_000])
async def test_any_bytes_come_back_as_they_were(value: bytes, state: StateStore) -> None:
    await state.set(KEY, value)
    assert (await read(state)).value == value


@pytest.mark.parametrize("key", ["plain", "a/b", "a b", "50%", "ü", "a?b=c#d", "a%2Fb", "a/../b"])
async def test_any_key_is_only_itself(key: str, state: StateStore) -> None:
    await state.set(key, b"mine")
    await state.set("other", b"not mine")
    assert (await read(state, key)).value == b"mine"
    await state.delete(key)
    assert await state.get(key) is None
    assert (await read(state, "other")).value == b"not mine"


async def test_each_write_has_an_etag_of_its_own(state: StateStore) -> None:
    await state.set(KEY, b"1")
    first = await read(state)
    await state.set(KEY, b"1")
    assert (await read(state)).etag != first.etag


async def test_the_current_etag_lets_a_write_through(state: StateStore) -> None:
    await state.set(KEY, b"1")
    await state.set(KEY, b"2", etag=(await read(state)).etag)
    assert (await read(state)).value == b"2"
    await state.delete(KEY, etag=(await read(state)).etag)
    assert await state.get(KEY) is None


async def test_a_stale_etag_changes_nothing(state: StateStore) -> None:
    await state.set(KEY, b"1")
    stale = (await read(state)).etag
    await state.set(KEY, b"2")
    with pytest.raises(Aborted):
        await state.set(KEY, b"3", etag=stale)
    with pytest.raises(Aborted):
        await state.delete(KEY, etag=stale)
    assert (await read(state)).value == b"2"


@pytest.mark.parametrize("etag", ["0", "nonsense", "9" * 30])
async def test_an_etag_that_was_never_given_out_is_stale(etag: str, state: StateStore) -> None:
    await state.set(KEY, b"1")
    with pytest.raises(Aborted):
        await state.set(KEY, b"2", etag=etag)
    with pytest.raises(Aborted):
        await state.delete(KEY, etag=etag)


async def test_an_etag_of_what_is_gone_is_stale(state: StateStore) -> None:
    await state.set(KEY, b"1")
    etag = (await read(state)).etag
    await state.delete(KEY)
    with pytest.raises(Aborted):
        await state.set(KEY, b"2", etag=etag)
    with pytest.raises(Aborted):
        await state.delete(KEY, etag=etag)
    assert await state.get(KEY) is None


async def test_one_of_many_writers_with_the_same_etag_wins(state: StateStore) -> None:
    await state.set(KEY, b"start")
    etag = (await read(state)).etag
    outcomes = await asyncio.gather(
        *(state.set(KEY, str(n).encode(), etag=etag) for n in range(8)), return_exceptions=True
    )
    winners = [n for n, outcome in enumerate(outcomes) if outcome is None]
    assert len(winners) == 1
    assert all(outcome is None or isinstance(outcome, Aborted) for outcome in outcomes)
    assert (await read(state)).value == str(winners[0]).encode()


async def test_a_value_is_forgotten_after_its_time(state: StateStore) -> None:
    await state.set("kept", b"1", ttl=timedelta(days=30))
    await state.set(KEY, b"1", ttl=timedelta(seconds=1))
    etag = (await read(state)).etag

    async def gone() -> bool:
        return await state.get(KEY) is None

    await eventually(gone, within=10, what="the value expiring")
    with pytest.raises(Aborted):
        await state.set(KEY, b"2", etag=etag)
    assert (await read(state, "kept")).value == b"1"


async def test_a_write_without_a_time_is_kept_for_good(state: StateStore) -> None:
    await state.set(KEY, b"1", ttl=timedelta(seconds=1))
    await state.set(KEY, b"2")
    await state.set("beside", b"1", ttl=timedelta(seconds=1))

    async def gone() -> bool:
        return await state.get("beside") is None

    await eventually(gone, within=10, what="the value beside it expiring")
    assert (await read(state)).value == b"2"
