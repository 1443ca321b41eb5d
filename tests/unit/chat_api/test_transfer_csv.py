"""The product's own CSV: a round trip loses nothing, no cell is a formula, and errors name their line."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, TaskDraft
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer.formats import csv as tables
from services.chat_api.transfer.formats.formula_escaping import escaped, unescaped
from services.chat_api.transfer.model import FileTask, checked

TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)
TITLES = TEXTS.filter(bool)
MOMENTS = st.integers(-600_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
CLOCKS = st.times().map(lambda at: at.replace(microsecond=0))
LOCAL_TIMES = (
    st.none()
    | st.builds(LocalTime, st.dates(date(1900, 1, 1)))
    | st.builds(LocalTime, st.dates(date(1900, 1, 1)), CLOCKS, st.sampled_from(["Europe/Berlin", "UTC"]))
)
REMINDERS = st.builds(
    Reminder, st.just(UNKNOWN), before=st.integers(0, 10**7).map(lambda s: timedelta(seconds=s))
) | st.builds(Reminder, st.just(UNKNOWN), at=MOMENTS)
DRAFTS: Any = st.builds(
    TaskDraft,
    title=TITLES,
    notes=TEXTS,
    priority=st.sampled_from(Priority),
    tags=st.lists(st.from_regex(r"[a-z/_-]{1,9}", fullmatch=True), max_size=3).map(tuple),
    due=LOCAL_TIMES,
    start=LOCAL_TIMES,
    reminders=st.lists(REMINDERS, max_size=3).map(tuple),
    rule=st.just("FREQ=DAILY"),
    basis=st.sampled_from(Basis),
    estimate=st.none() | st.integers(0, 36_000_000).map(lambda s: timedelta(seconds=s)),
)
ENTRIES = st.builds(
    FileTask,
    draft=DRAFTS,
    location=st.just(""),
    status=st.sampled_from(Status),
    completed_at=st.none() | MOMENTS,
    key=TEXTS,
    parent=TEXTS,
    list_name=TEXTS,
)


def without_location(item: FileTask) -> FileTask:
    return FileTask(
        item.draft,
        "",
        item.status,
        item.completed_at,
        item.key,
        item.parent,
        item.list_name,
    )


@given(st.lists(ENTRIES, max_size=4))
def test_what_is_written_is_read_again(items: list[FileTask]) -> None:
    found = tables.read(tables.header() + tables.write(items))
    assert [without_location(one) for one in found] == items


@given(TEXTS)
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    assert not escaped(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"))
    assert unescaped(escaped(cell)) == cell


@given(ENTRIES)
def test_no_cell_of_a_file_is_a_formula(item: FileTask) -> None:
    text = (tables.header() + tables.write([item])).decode()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_an_apostrophe_of_a_person_stays() -> None:
    assert unescaped("'til dawn") == "'til dawn"
    assert escaped("=1+1") == "'=1+1"


def test_columns_stand_in_any_order_and_may_be_missing() -> None:
    (found,) = tables.read(b'\xef\xbb\xbfpriority,title\r\nhigh,"buy, then\r\npay"\r\n\r\n')
    assert (found.draft.title, found.draft.priority, found.location) == ("buy, then\r\npay", Priority.HIGH, "lines[3]")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "lines[1]"),
        (b"name\nx\n", "lines[1]"),
        (b"title,colour\nx,y\n", "lines[1]"),
        (b"title,title\nx,y\n", "lines[1]"),
        (b"title\nx,y\n", "lines[2]"),
        (b'title\nx\n"y', "lines[3]"),
        (b"title\nx\n\xff\n", "lines[3]"),
        (b"title\nx\0\n", "lines[2]"),
        (b"title,priority\nx,huge\n", "lines[2].priority"),
        (b"title,due_date\nx,2026-13-01\n", "lines[2].due_date"),
        (b"title,due_time\nx,09:00+01:00\n", "lines[2].due_time"),
        (b"title,reminders\nx,soon\n", "lines[2].reminders"),
        (b"title,estimate_seconds\nx,-1\n", "lines[2].estimate_seconds"),
        (b"title,complete_time\nx,2026-01-01\n", "lines[2].complete_time"),
        (b"title,estimate_seconds\nx,36000001\n", "lines[2].estimate"),
        (b"id,title,parent\na,x,b\nb,y,a\n", "lines[2].parent_task"),
        (b"id,title\na,x\na,y\n", "lines[3]"),
        (b"title\n" + b"x" * 200_000 + b"\n", "lines[2]"),
        (b"title\n" + b"x\n" * 10_001, "lines[10002]"),
    ],
)
def test_errors_name_their_line(data: bytes, field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        checked(tables.read(data))
    assert refused.value.violations[0].field == field


def test_a_time_of_day_has_its_zone() -> None:
    (found,) = tables.read(b"title,due_date,due_time,due_zone\nx,2026-12-01,09:30,Europe/Berlin\n")
    assert found.draft.due == LocalTime(date(2026, 12, 1), time(9, 30), "Europe/Berlin")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_stand_apart_as_spreadsheets_write_them(delimiter: str) -> None:
    rows = (("id", '"title"', "notes"), ("1", '"a, b; c"', "n"))
    (item,) = tables.read("".join(f"{delimiter.join(row)}\r\n" for row in rows).encode())
    assert (item.draft.title, item.draft.notes) == ("a, b; c", "n")
