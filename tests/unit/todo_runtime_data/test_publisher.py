"""Which rows may be deleted: of each stream only the contiguous acknowledged beginning."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.outbox.publisher import OutboxRow, _contiguous

TIME = datetime(2026, 11, 20, tzinfo=UTC)


def row(id_: int, stream: int) -> OutboxRow:
    key = UUID(int=stream)
    return OutboxRow(id_, "task-events", key, id_, UUID(int=id_), "t", "s", TIME, None, None, None, b"")


def test_a_row_behind_an_unacknowledged_one_of_its_stream_stays() -> None:
    rows = [row(1, 1), row(2, 2), row(3, 1), row(4, 2)]
    assert _contiguous(rows, [0, 1, 1, 1]) == [2, 4]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=60))
def test_what_stays_of_a_stream_is_its_end(rows: list[tuple[int, bool]]) -> None:
    batch = [row(id_, stream) for id_, (stream, _) in enumerate(rows)]
    deleted = set(_contiguous(batch, [int(ok) for _, ok in rows]))
    for stream in range(4):
        stays = [one.id not in deleted for one in batch if one.key == UUID(int=stream)]
        assert stays == sorted(stays)
    assert all(rows[id_][1] for id_ in deleted)
