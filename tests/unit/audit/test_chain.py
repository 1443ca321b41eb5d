"""The hash chain: test vectors for other programs, and that no change goes undetected."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.chain import GENESIS, Entry, Head, Link, canonical_bytes, extend, hash_of
from services.audit.domain.packing import pack, pack_headers, unpack_headers
from services.audit.domain.verification import ChainVerifier, in_chain_order

KEY = UUID("01935d7e-0000-7000-8000-000000000002")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def entry(sequence: int = 1, **changes: object) -> Entry:
    plain = Entry(
        topic="task-events",
        key=KEY,
        sequence=sequence,
        event_id=UUID(int=sequence),
        type="todo.task_events.v1.TaskCreated",
        subject=f"workspaces/{KEY}/tasks/{UUID(int=7)}",
        time=NOW,
        recorded_at=NOW + timedelta(microseconds=1),
        partition=3,
        offset=42,
        headers=pack_headers([("ce_id", b"1"), ("x", None)]),
        payload=b"\x00\x00\x00\x00\x01body",
        schema_id=1,
        schema_fingerprint=bytes(range(32)),
        undecodable=None,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_the_canonical_bytes_are_what_their_documentation_says() -> None:
    by_hand = (
        b"todo.audit.event.v1\n"
        + KEY.bytes
        + (1).to_bytes(8)
        + (1).to_bytes(8)
        + UUID(int=1).bytes
        + (1_795_161_600_000_000).to_bytes(8)
        + (1_795_161_600_000_001).to_bytes(8)
        + (3).to_bytes(4)
        + (42).to_bytes(8)
        + b"\x00\x00\x00\x0btask-events"
        + b"\x00\x00\x00\x1ftodo.task_events.v1.TaskCreated"
        + b"\x00\x00\x00\x5aworkspaces/01935d7e-0000-7000-8000-000000000002/tasks/00000000-0000-0000-0000-000000000007"
        + b"\x00\x00\x00\x02\x00\x00\x00\x05ce_id\x00\x00\x00\x011\x00\x00\x00\x01x\xff\xff\xff\xff"
        + b"\x00\x00\x00\x09\x00\x00\x00\x00\x01body"
        + b"\x00\x00\x00\x20"
        + bytes(range(32))
        + b"\xff\xff\xff\xff"
    )
    assert canonical_bytes(entry(), 1) == by_hand


def test_the_hashes_of_a_known_chain() -> None:
    links, heads = extend({}, [entry(1), entry(2), entry(5), entry(3, payload=None, undecodable="no body")])
    assert [link.hash.hex() for link in links] == [
        "d55fbd9f367d72f302d45ae8a2bb3f100d1e243a0813ae6a6230103827b5f9e5",
        "c9a316e93b4835434c0ba4ef684d510881bbf1dafea4ea86ed862223b77d6903",
        "8cd6295697a5166f85cabda1eedcab53c29f1b9d93ce4dae63b7f8ed43a51db9",
        "60b55b86ccc9f5dee27529c7b4f3ce45572daf5ae4c42519eb06761b1c5b9a6e",
    ]
    assert [(link.number, link.late) for link in links] == [(1, False), (2, False), (3, False), (4, True)]
    assert heads == {("task-events", KEY): Head(5, 4, links[-1].hash)}


@pytest.mark.parametrize(
    "change",
    [
        {"topic": "reminders"},
        {"key": UUID(int=9)},
        {"sequence": 2},
        {"event_id": UUID(int=9)},
        {"type": "x"},
        {"subject": ""},
        {"time": NOW + timedelta(microseconds=1)},
        {"recorded_at": NOW},
        {"partition": 4},
        {"offset": 43},
        {"headers": pack_headers([("ce_id", b"1")])},
        {"payload": b"\x00\x00\x00\x00\x01bodi"},
        {"payload": None},
        {"schema_fingerprint": bytes(32)},
        {"schema_fingerprint": None},
        {"undecodable": ""},
    ],
    ids=lambda change: f"{next(iter(change))}",
)
def test_everything_that_is_recorded_is_hashed(change: dict[str, object]) -> None:
    assert hash_of(entry(**change), 1, GENESIS) != hash_of(entry(), 1, GENESIS)  # type: ignore[arg-type]


def test_the_position_in_the_chain_is_hashed() -> None:
    assert hash_of(entry(), 2, GENESIS) != hash_of(entry(), 1, GENESIS)
    assert hash_of(entry(), 1, bytes(range(32))) != hash_of(entry(), 1, GENESIS)


def test_the_schema_id_is_not_hashed_since_it_means_nothing_elsewhere() -> None:
    assert hash_of(entry(schema_id=2), 1, GENESIS) == hash_of(entry(), 1, GENESIS)


HEADERS = st.lists(st.tuples(st.text(max_size=8), st.none() | st.binary(max_size=8)), max_size=6)


@given(HEADERS)
def test_packed_headers_can_be_unpacked(headers: list[tuple[str, bytes | None]]) -> None:
    assert unpack_headers(pack_headers(headers)) == headers


@given(st.lists(st.none() | st.binary(max_size=6), max_size=4), st.lists(st.none() | st.binary(max_size=6), max_size=4))
def test_different_values_never_pack_alike(one: list[bytes | None], other: list[bytes | None]) -> None:
    packed_alike = b"".join(map(pack, one)) == b"".join(map(pack, other))
    assert packed_alike == (one == other)


@pytest.mark.parametrize(
    "packed", [b"\x00\x00\x00\x01", b"\x00\x00\x00\x01\x00\x00\x00\x09x", pack_headers([]) + pack(b"")]
)
def test_malformed_headers_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="packed"):
        unpack_headers(packed)


@st.composite
def recorded_streams(draw: st.DrawFn) -> list[Link]:
    """A stream as it may have been recorded, in the order of its chain, with gaps and events that came late."""
    count = draw(st.integers(min_value=1, max_value=12))
    late = draw(st.sets(st.integers(min_value=1, max_value=count), max_size=3)) - {count}
    order = [number for number in range(1, count + 1) if number not in late]
    for number in sorted(late):
        earliest = next(index for index, other in enumerate(order) if other > number) + 1
        order.insert(draw(st.integers(min_value=earliest, max_value=len(order))), number)
    links, _ = extend({}, [entry(number) for number in order])
    return links


def verdict(links: Sequence[Link], head: Head | None) -> object:
    verifier = ChainVerifier()
    on_time = sorted((link for link in links if not link.late), key=lambda link: link.entry.sequence)
    late = sorted((link for link in links if link.late), key=lambda link: link.number)
    for link in in_chain_order(on_time, late):
        verifier.verify(link)
    return verifier.finish(head)


def end_of(links: Sequence[Link]) -> Head:
    return Head(max(link.entry.sequence for link in links), links[-1].number, links[-1].hash)


@given(recorded_streams())
def test_what_was_recorded_verifies(links: list[Link]) -> None:
    assert verdict(links, end_of(links)) is None


@given(recorded_streams(), st.data())
def test_a_removed_link_is_detected(links: list[Link], data: st.DataObject) -> None:
    head = end_of(links)
    del links[data.draw(st.integers(min_value=0, max_value=len(links) - 1))]
    assert verdict(links, head) is not None


@given(recorded_streams(), st.data())
def test_a_changed_payload_is_located(links: list[Link], data: st.DataObject) -> None:
    head = end_of(links)
    index = data.draw(st.integers(min_value=0, max_value=len(links) - 1))
    links[index] = replace(links[index], entry=replace(links[index].entry, payload=b"forged"))
    problem = verdict(links, head)
    assert getattr(problem, "sequence", None) == links[index].entry.sequence


@given(recorded_streams(), st.data())
def test_a_forged_link_needs_all_that_follow_and_the_end(links: list[Link], data: st.DataObject) -> None:
    """A forger who recomputes the hash of a changed link is caught by the next link, or by the end of the chain."""
    head = end_of(links)
    index = data.draw(st.integers(min_value=0, max_value=len(links) - 1))
    forged = replace(links[index].entry, payload=b"forged")
    hash_ = hash_of(forged, links[index].number, links[index].prev_hash)
    links[index] = replace(links[index], entry=forged, hash=hash_)
    assert verdict(links, head) is not None


@given(recorded_streams())
def test_a_verification_can_stop_and_continue(links: list[Link]) -> None:
    head, middle = end_of(links), len(links) // 2
    first = ChainVerifier()
    for link in links[:middle]:
        first.verify(link)
    second = ChainVerifier(first.reached)
    for link in links[middle:]:
        second.verify(link)
    assert (first.problem, second.finish(head)) == (None, None)


def test_an_empty_stream_has_no_problem() -> None:
    assert ChainVerifier().finish(None) is None
