"""Whatever happens in whatever order, no client misses, repeats or reorders a change without being told."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sync.service.session import Session
from services.sync.service.stream_registry import RegistryLimits
from tests.unit.sync.harness import MEMBERS, NAME, NOTIFICATIONS, OWN, TASKS, USER, WORKSPACE, Client, SyncHarness

CLIENTS = 3
STREAMS: Final = {NAME: (TASKS, MEMBERS), OWN: (NOTIFICATIONS,)}
KEYS: Final = {TASKS: WORKSPACE, MEMBERS: WORKSPACE, NOTIFICATIONS: USER}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("emit"), st.sampled_from(list(KEYS)), st.integers(1, 4)),
        st.tuples(st.just("emit undelivered"), st.sampled_from(list(KEYS)), st.integers(1, 3)),
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
    """One client over all its connections; each connection starts from the cursors of the last one."""

    client: Client
    session: Session | None = None


@given(STEPS, st.sampled_from([400, 4_000, 1_000_000]))
@settings(max_examples=300, deadline=None)
def test_every_client_gets_every_change_once_and_in_order_or_a_resync(
    steps: list[tuple[str, object, int]], retained: int
) -> None:
    asyncio.run(_play(steps, retained))


async def _play(steps: list[tuple[str, object, int]], retained: int) -> None:
    sync = SyncHarness(RegistryLimits(retained_bytes=retained))
    followers = [Follower(Client(room=room)) for room in (2, 7, 1_000)]
    for step in steps:
        await _do(sync, followers, *step)
    sync.log.audit_answers, sync.log.audit_lag = True, 0
    await _finish(sync, followers)
    for follower in followers:
        _check(follower, sync)
    await sync.close()


async def _do(sync: SyncHarness, followers: list[Follower], what: str, which: object, count: int) -> None:
    if what.startswith("emit"):
        for _ in range(count):
            sync.emit(str(which), KEYS[str(which)], delivered=what == "emit")
    elif what == "audit":
        sync.log.audit_answers = bool(which)
    elif what == "audit lags":
        sync.log.audit_lag = count
    elif what == "restart":
        sync.restart()
        for follower in followers:
            follower.session = None
    elif what == "pause":
        for _ in range(count):
            await asyncio.sleep(0)
    else:
        await _act(sync, followers[int(str(which))], what)


async def _act(sync: SyncHarness, follower: Follower, what: str) -> None:
    if what == "read":
        follower.client.read()
    elif what == "connect" and follower.session is None:
        follower.client.read()
        follower.session = await sync.connect(follower.client)
    elif what == "disconnect" and follower.session is not None:
        sync.disconnect(follower.session)
        follower.session = None


async def _finish(sync: SyncHarness, followers: list[Follower]) -> None:
    """Everybody connects and reads everything; one more change in each topic reveals gaps at the end."""
    for follower in followers:
        await _act(sync, follower, "connect")
    for topic, key in KEYS.items():
        sync.emit(topic, key)
    for _ in range(150):
        for follower in followers:
            follower.client.read()
        await sync.settle()
        if all(_is_done(follower, sync, stream) for follower in followers for stream in STREAMS):
            return


def _is_done(follower: Follower, sync: SyncHarness, stream: str) -> bool:
    counts = [sync.log.count(topic, KEYS[topic]) for topic in STREAMS[stream]]
    return follower.client.cursors.get(stream) == ".".join(["1", *map(str, counts)])


def _check(follower: Follower, sync: SyncHarness) -> None:
    """Each frame continues where the one before stopped; a `resync` may jump, and its cursor counts from then on."""
    for stream in STREAMS:
        assert _is_done(follower, sync, stream)
        _check_order(follower, stream)


def _check_order(follower: Follower, stream: str) -> None:
    position: list[int] | None = None
    for frame in follower.client.frames:
        if frame["type"] == "ready":
            position = _begin(position, _position(frame["cursors"][stream]))
        elif frame["stream"] == stream:
            position = _position(frame["cursor"]) if frame["type"] == "resync" else _step(stream, position, frame)


def _begin(before: list[int] | None, now: list[int]) -> list[int]:
    """A client that resumes from an unknown position gets a `resync` before anything else."""
    assert before is None or now == [max(sequence, _ANY) for sequence in before]
    return now if before is None else [_LOST if sequence == _ANY else sequence for sequence in now]


def _step(stream: str, position: list[int] | None, frame: dict[str, Any]) -> list[int]:
    assert position is not None
    topic, sequence = frame["changed"][0].split(":")
    index = STREAMS[stream].index(topic)
    if position[index] != _ANY:
        assert int(sequence) == position[index] + 1
    position[index] = int(sequence)
    assert _position(frame["cursor"]) == position
    return position


_ANY: Final = -1
"""In a cursor of a stream of which nothing is known yet: whatever comes first is next."""
_LOST: Final = -2
"""Where only a `resync` may come, and no change."""


def _position(cursor: str) -> list[int]:
    return [_ANY if part == "u" else int(part) for part in cursor.split(".")[1:]]
