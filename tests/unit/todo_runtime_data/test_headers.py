"""CloudEvents headers: what is written is read back, and what is wrong is named."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from todo_contracts.headers import load_header_sets
from todo_contracts.layout import Layout
from todo_runtime.wire.headers import InvalidHeaders, headers_of, meta_of
from todo_runtime.wire.record import Header, Record
from todo_stack.paths import CLONE

KEY, EVENT, CAUSE = UUID(int=1), UUID(int=2), UUID(int=3)
TIME = datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def record(headers: list[Header], key: bytes | None = str(KEY).encode()) -> Record:
    return Record("task-events", 3, 42, key, b"", headers, 0)


def complete() -> list[Header]:
    return headers_of(EVENT, "todo.X", "/todo/chat_api", "tasks/1", TIME, 7, CAUSE, None, TRACE)


def without(name: str) -> list[Header]:
    return [header for header in complete() if header[0] != name]


def test_what_is_written_is_read_back() -> None:
    meta = meta_of(record(complete()))
    assert (meta.key, meta.sequence, meta.event_id, meta.type, meta.time) == (KEY, 7, EVENT, "todo.X", TIME)
    assert (meta.correlation_id, meta.causation_id, meta.traceparent) == (CAUSE, None, TRACE)
    assert (meta.source, meta.subject, meta.partition, meta.offset) == ("/todo/chat_api", "tasks/1", 3, 42)


def test_every_header_is_one_of_the_catalogue_and_none_that_it_requires_is_missing() -> None:
    catalogue = load_header_sets(Layout(CLONE))["cloudevents"].headers
    least = headers_of(EVENT, "todo.X", "/todo/chat_api", "tasks/1", TIME, 7, None, None, None)
    most = headers_of(EVENT, "todo.X", "/todo/chat_api", "tasks/1", TIME, 7, CAUSE, CAUSE, TRACE)
    assert {name for name, _ in least} == {name for name, header in catalogue.items() if header.required}
    assert {name for name, _ in most} == set(catalogue)


def test_an_event_without_a_cause_begins_a_correlation() -> None:
    headers = headers_of(EVENT, "todo.X", "/todo/chat_api", "tasks/1", TIME, 7, None, None, None)
    assert meta_of(record(headers)).correlation_id == EVENT


def test_the_sequence_sorts_as_text() -> None:
    assert dict(complete())["ce_sequence"] == b"00000000000000000007"


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_source", "ce_time", "ce_sequence"])
def test_a_missing_header_is_named(name: str) -> None:
    with pytest.raises(InvalidHeaders, match=name):
        meta_of(record(without(name)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"no uuid"),
        ("ce_id", b"\xff"),
        ("ce_sequence", b"7"),
        ("ce_sequence", b"00000000000000000000"),
        ("ce_sequence", b"0000000000000000000x"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-11-20T08:00:00"),
        ("ce_correlationid", b"x"),
        ("traceparent", b"\xff"),
    ],
)
def test_a_malformed_header_is_named(name: str, value: bytes) -> None:
    with pytest.raises(InvalidHeaders, match=name):
        meta_of(record([*without(name), (name, value)]))


@pytest.mark.parametrize("key", [None, b"", b"personal", b"\xff"])
def test_a_key_that_is_no_uuid_is_refused(key: bytes | None) -> None:
    with pytest.raises(InvalidHeaders, match="key"):
        meta_of(record(complete(), key))
