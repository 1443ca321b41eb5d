"""Whatever happens in whatever order, no client ever misses, repeats or swaps a change without being told."""

import asyncio
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sync.handlers.hub import HubLimits
from services.sync.handlers.session import Session
from tests.unit.sync.world import MEMBERS, NAME, TASKS, Client, World

CLIENTS = 3
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.sampled_from([TASKS, MEMBERS]), st.integers(1, 4)),
        st.tuples(st.just("happen unseen"), st.sampled_from([TASKS, MEMBERS]), st.integers(1, 3)),
        st.tuples(st.just("connect"), st.integers(0, CLIENTS - 1), st.just(0)),
        st.tuples(st.just("disconnect"), st.integers(0, CLIENTS - 1), st.just(0)),
        st.tuples(st.just("read"), st.integers(0, CLIENTS - 1), st.just(0)),
        st.tuples(st.just("pause"), st.just(0), st.integers(1, 5)),
        st.tuples(st.just("audit"), st.booleans(), st.just(0)),
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
    world.log.audit_answers = True
    await _finish(world, followers)
    for follower in followers:
        _check(follower, world)
    await world.close()


async def _do(world: World, followers: list[Follower], what: str, which: object, count: int) -> None:
    if what.startswith("happen"):
        for _ in range(count):
            world.happen(str(which), seen=what == "happen")
    elif what == "audit":
        world.log.audit_answers = bool(which)
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
    for topic in (TASKS, MEMBERS):
        world.happen(topic)
    for _ in range(150):
        for follower in followers:
            follower.client.read()
        await world.settle()
        if all(_is_done(follower, world) for follower in followers):
            return


def _is_done(follower: Follower, world: World) -> bool:
    expected = f"1.{world.log.count(TASKS)}.{world.log.count(MEMBERS)}"
    return follower.client.cursors.get(NAME) == expected


def _check(follower: Follower, world: World) -> None:
    """Each frame continues where the one before stopped; a `resync` may jump, and then it goes on from its cursor."""
    assert _is_done(follower, world)
    position: list[int] | None = None
    for one in follower.client.frames:
        if one["type"] == "ready":
            assert position is None or _numbers(one["cursors"][NAME]) == position
            position = _numbers(one["cursors"][NAME])
        elif one["stream"] == NAME:
            position = _numbers(one["cursor"]) if one["type"] == "resync" else _step(position, one)


def _step(position: list[int] | None, one: dict[str, Any]) -> list[int]:
    assert position is not None
    topic, number = one["changed"][0].split(":")
    place = [TASKS, MEMBERS].index(topic)
    assert int(number) == position[place] + 1
    position[place] += 1
    assert _numbers(one["cursor"]) == position
    return position


def _numbers(cursor: str) -> list[int]:
    return [int(part) for part in cursor.split(".")[1:]]
