"""Whatever happens in whatever order, no client ever misses, repeats or swaps a change without being told."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sync.handlers.session import Session
from services.sync.handlers.stream_registry import HubLimits
from tests.unit.sync.harness import MEMBERS, NAME, NOTIFICATIONS, OWN, TASKS, USER, WORKSPACE, Client, World

CLIENTS = 3
STREAMS: Final = {NAME: (TASKS, MEMBERS), OWN: (NOTIFICATIONS,)}
KEYS: Final = {TASKS: WORKSPACE, MEMBERS: WORKSPACE, NOTIFICATIONS: USER}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.sampled_from(list(KEYS)), st.integers(1, 4)),
        st.tuples(st.just("happen unseen"), st.sampled_from(list(KEYS)), st.integers(1, 3)),
        st.tuples(st.just("connect"), st.integers(0, CLIENTS - 1), st.just(0)),
        st.tuples(st.just("disconnect"), st.integers(0, CLIENTS - 1), st.just(0)),
        st.tuples(st.just("read"), st.integers(0, CLIENTS - 1), st.just(0)),
        st.tuples(st.just("pause"), st.just(0), st.integers(1, 5)),
        st.tuples(st.just("audit"), st.booleans(), st.just(0)),
        st.tuples(st.just("audit lags"), st.just(0), st.integers(0, 3)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    max_size=60,
)


@dataclass
class Follower:
    """One client over all its connections; a new connection takes the cursors of the last one along."""

    client: Client
    session: Session | None = None


@given(STEPS, st.sampled_from([400, 4_000, 1_000_000]))
@settings(max_examples=300, deadline=None)
def test_every_client_gets_every_change_once_and_in_order_or_is_told(
    steps: list[tuple[str, object, int]], kept: int
) -> None:
    asyncio.run(_play(steps, kept))


async def _play(steps: list[tuple[str, object, int]], kept: int) -> None:
    world = World(HubLimits(kept_bytes=kept))
    followers = [Follower(Client(room=room)) for room in (2, 7, 1_000)]
    for step in steps:
        await _do(world, followers, *step)
    world.log.audit_answers, world.log.audit_lag = True, 0
    await _finish(world, followers)
    for follower in followers:
        _check(follower, world)
    await world.close()


async def _do(world: World, followers: list[Follower], what: str, which: object, count: int) -> None:
    if what.startswith("happen"):
        for _ in range(count):
            world.happen(str(which), KEYS[str(which)], seen=what == "happen")
    elif what == "audit":
        world.log.audit_answers = bool(which)
    elif what == "audit lags":
        world.log.audit_lag = count
    elif what == "restart":
        world.restart()
        for follower in followers:
            follower.session = None
    elif what == "pause":
        for _ in range(count):
            await asyncio.sleep(0)
    else:
        await _act(world, followers[int(str(which))], what)


async def _act(world: World, follower: Follower, what: str) -> None:
    if what == "read":
        follower.client.read()
    elif what == "connect" and follower.session is None:
        follower.client.read()
        follower.session = await world.connect(follower.client)
    elif what == "disconnect" and follower.session is not None:
        world.disconnect(follower.session)
        follower.session = None


async def _finish(world: World, followers: list[Follower]) -> None:
    """Everybody comes, reads everything, and one more change of each kind closes what is open at the end."""
    for follower in followers:
        await _act(world, follower, "connect")
    for topic, key in KEYS.items():
        world.happen(topic, key)
    for _ in range(150):
        for follower in followers:
            follower.client.read()
        await world.settle()
        if all(_is_done(follower, world, stream) for follower in followers for stream in STREAMS):
            return


def _is_done(follower: Follower, world: World, stream: str) -> bool:
    counts = [world.log.count(topic, KEYS[topic]) for topic in STREAMS[stream]]
    return follower.client.cursors.get(stream) == ".".join(["1", *map(str, counts)])


def _check(follower: Follower, world: World) -> None:
    """Each frame continues where the one before stopped; a `resync` may jump, and then it goes on from its cursor."""
    for stream in STREAMS:
        assert _is_done(follower, world, stream)
        _check_order(follower, stream)


def _check_order(follower: Follower, stream: str) -> None:
    position: list[int] | None = None
    for one in follower.client.frames:
        if one["type"] == "ready":
            position = _begin(position, _numbers(one["cursors"][stream]))
        elif one["stream"] == stream:
            position = _numbers(one["cursor"]) if one["type"] == "resync" else _step(stream, position, one)


def _begin(before: list[int] | None, now: list[int]) -> list[int]:
    """Whoever comes back without knowing where it was is told to read anew before anything else."""
    assert before is None or now == [max(number, _ANY) for number in before]
    return now if before is None else [_LOST if number == _ANY else number for number in now]


def _step(stream: str, position: list[int] | None, one: dict[str, Any]) -> list[int]:
    assert position is not None
    topic, number = one["changed"][0].split(":")
    place = STREAMS[stream].index(topic)
    if position[place] != _ANY:
        assert int(number) == position[place] + 1
    position[place] = int(number)
    assert _numbers(one["cursor"]) == position
    return position


_ANY: Final = -1
"""What a cursor says of a stream of which nothing is known yet: whatever comes first is next."""
_LOST: Final = -2
"""Where no change may come but a `resync`."""


def _numbers(cursor: str) -> list[int]:
    return [_ANY if part == "u" else int(part) for part in cursor.split(".")[1:]]
