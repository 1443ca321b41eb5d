"""iCalendar: what it carries comes back, and what other products write is understood."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, TaskDraft
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer.formats import content_lines
from services.chat_api.transfer.formats import icalendar as calendars
from services.chat_api.transfer.model import FileTask

TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from('\n\t,;:\\"'), max_size=90)
KEYS = st.from_regex(r"[a-z0-9/-]{1,20}", fullmatch=True)
CLOCKS = st.times().map(lambda at: at.replace(microsecond=0))
DATES = st.dates(date(1971, 1, 1), date(2100, 1, 1))
LOCAL_TIMES = (
    st.none()
    | st.builds(LocalTime, DATES)
    | st.builds(LocalTime, DATES, CLOCKS, st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]))
)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
REMINDERS = st.builds(
    Reminder, st.just(UNKNOWN), before=st.integers(0, 10**7).map(lambda s: timedelta(seconds=s))
) | st.builds(Reminder, st.just(UNKNOWN), at=MOMENTS)
DRAFTS: Any = st.builds(
    TaskDraft,
    title=TEXTS,
    notes=TEXTS,
    priority=st.sampled_from(Priority),
    tags=st.sets(st.from_regex(r"[a-zü/_]{1,9}", fullmatch=True), max_size=3).map(lambda tags: tuple(sorted(tags))),
    due=LOCAL_TIMES.filter(bool),
    start=LOCAL_TIMES,
    reminders=st.lists(REMINDERS, max_size=3).map(tuple),
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=MONTHLY;BYDAY=1MO"]),
    basis=st.sampled_from(Basis),
    estimate=st.none() | st.integers(1, 36_000_000).map(lambda s: timedelta(seconds=s)),
)
ENTRIES = st.builds(
    FileTask,
    draft=DRAFTS,
    location=st.just("todos[0]"),
    status=st.sampled_from(Status),
    completed_at=st.none() | MOMENTS,
    key=KEYS,
    parent=st.just("") | KEYS,
    list_name=TEXTS,
    position=st.just("") | KEYS,
    stable=st.just(True),
)


def written(*items: FileTask) -> bytes:
    writer = calendars.Writer()
    return calendars.HEAD + writer.write(items) + writer.tail()


def vtodo(*lines: str) -> FileTask:
    text = ("BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VTODO", "UID:1", *lines, "END:VTODO", "END:VCALENDAR", "")
    (item,) = calendars.read("\r\n".join(text).encode())
    return item


@settings(deadline=None)
@example(
    FileTask(TaskDraft("\\N", notes="a\\Nb\\n"), "todos[0]", key="\\N", parent="\\N", list_name="\\N", stable=True)
)
@example(FileTask(TaskDraft(), "todos[0]", key="k", list_name="a\n\\n,;\\", stable=True))
@given(ENTRIES)
def test_what_is_written_is_read_again(item: FileTask) -> None:
    assert calendars.read(written(item)) == [item]


def test_lines_are_folded_and_zones_are_there() -> None:
    due = LocalTime(date(2026, 12, 1), time(9, 30), "Europe/Berlin")
    data = written(FileTask(TaskDraft("x" * 200, due=due), "", key="k"), FileTask(TaskDraft("y", due=due), "", key="l"))
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"DUE;TZID=Europe/Berlin:20261201T093000" in data
    assert data.count(b"BEGIN:VTIMEZONE") == 1
    assert (data.count(b"BEGIN:VCALENDAR"), data.count(b"END:VCALENDAR")) == (1, 1)


def test_a_text_cannot_add_lines() -> None:
    data = written(FileTask(TaskDraft("x\r\nSTATUS:COMPLETED\rEND:VTODO"), "", key="k"))
    (item,) = calendars.read(data)
    assert (item.draft.title, item.status) == ("x\nSTATUS:COMPLETED\nEND:VTODO", Status.OPEN)


def test_what_others_write_is_understood() -> None:
    found = vtodo(
        "SUMMARY:a\\, b", "PRIORITY:2", "CATEGORIES:Home Office,x", "DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY"
    )
    assert (found.draft.title, found.draft.priority, found.draft.tags) == ("a, b", Priority.HIGH, ("home-office", "x"))
    assert found.draft.due == found.draft.start == LocalTime(date(2026, 12, 1))
    floating = vtodo("SUMMARY:x", "DUE:20261201T090000")
    assert floating.draft.due == LocalTime(date(2026, 12, 1), time(9))
    fixed = vtodo("SUMMARY:x", "DUE:20261201T090000Z", "STATUS:CANCELLED")
    assert fixed.draft.due == LocalTime(date(2026, 12, 1), time(9), "UTC")
    assert fixed.status is Status.DROPPED


def test_an_alarm_from_the_start_becomes_an_instant() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M", "END:VALARM")
    found = vtodo("SUMMARY:x", "DTSTART:20261201T090000Z", "DUE:20261202T090000Z", *alarm)
    assert found.draft.reminders == (Reminder(UNKNOWN, at=datetime(2026, 12, 1, 8, 50, tzinfo=UTC)),)
    late = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER;RELATED=END:PT10M", "END:VALARM")
    assert vtodo("SUMMARY:x", *late).draft.reminders == ()


def calendar(*lines: str, head: tuple[str, ...] = ()) -> list[FileTask]:
    return calendars.read("\r\n".join(("BEGIN:VCALENDAR", *head, *lines, "END:VCALENDAR", "")).encode())


def component(uid: str, *lines: str) -> tuple[str, ...]:
    return ("BEGIN:VTODO", f"UID:{uid}", f"SUMMARY:{uid}", *lines, "END:VTODO")


def test_only_a_parent_is_a_parent() -> None:
    """RFC 5545, 3.2.15, and RFC 9253: tasks stand in many relations, and may name their children instead."""
    others = (f"RELATED-TO;RELTYPE={kind}:a" for kind in ("SIBLING", "DEPENDS-ON", "X-LINK"))
    read = calendar(
        *component("a", "RELATED-TO;RELTYPE=CHILD:b"),
        *component("b"),
        *component("c", *others, "RELATED-TO;RELTYPE=PARENT:b"),
        *component("d", "RELATED-TO:c"),
    )
    assert {item.key: item.parent for item in read} == {"a": "", "b": "a", "c": "b", "d": "c"}


def test_a_duration_stands_for_the_due_time() -> None:
    timed = vtodo("SUMMARY:x", "DTSTART;TZID=Europe/Berlin:20261201T090000", "DURATION:P1DT2H")
    assert timed.draft.due == LocalTime(date(2026, 12, 2), time(11), "Europe/Berlin")
    assert vtodo("SUMMARY:x", "DTSTART;VALUE=DATE:20261201", "DURATION:P2D").draft.due == LocalTime(date(2026, 12, 3))


def test_an_occurrence_that_was_changed_alone_is_a_task_of_its_own() -> None:
    series, done = calendar(
        *component("a", "DTSTART:20261201T090000Z", "RRULE:FREQ=WEEKLY"),
        *component("a", "RECURRENCE-ID:20261201T090000Z", "STATUS:COMPLETED"),
    )
    assert (series.key, series.draft.rule, series.status) == ("a", "FREQ=WEEKLY", Status.OPEN)
    assert (done.key, done.draft.rule, done.status) == ("a/20261201T090000Z", None, Status.COMPLETED)


@pytest.mark.parametrize("line", ["COMPLETED:20261201T090000Z", "PERCENT-COMPLETE:100", "STATUS:completed"])
def test_completed_is_said_in_three_ways(line: str) -> None:
    assert vtodo("SUMMARY:x", line).status is Status.COMPLETED
    assert vtodo("SUMMARY:x", line, "STATUS:IN-PROCESS").status is not Status.DROPPED


@pytest.mark.parametrize("name", ["NAME", "X-WR-CALNAME"])
def test_a_calendar_with_a_name_is_a_list(name: str) -> None:
    there, elsewhere = calendar(*component("a"), *component("b", "X-TODO-LIST:Mine"), head=(f"{name}:Home\\, sweet",))
    assert (there.list_name, elsewhere.list_name) == ("Home, sweet", "Mine")


def test_names_are_read_in_any_case() -> None:
    (item,) = calendars.read(b"begin:vcalendar\nbegin:vtodo\nuid:1\nsummary:lo\n ng\nend:vtodo\nend:vcalendar\n")
    assert (item.key, item.draft.title) == ("1", "long")


def zone(offset: str) -> tuple[str, ...]:
    change = ("BEGIN:STANDARD", "DTSTART:19700101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}")
    return ("BEGIN:VTIMEZONE", "TZID:Office", *change, "END:STANDARD", "END:VTIMEZONE")


def test_the_time_zones_of_one_file_mean_nothing_in_another() -> None:
    due = component("a", "DUE;TZID=Office:20261201T090000")

    def hour(*definition: str) -> tuple[int, str | None]:
        (item,) = calendar(*definition, *due)
        assert item.draft.due is not None
        assert item.draft.due.time is not None
        return item.draft.due.time.hour, item.draft.due.zone

    assert [hour(*zone("+0500")), hour(*zone("+0100")), hour()] == [(4, "UTC"), (8, "UTC"), (9, None)]


def test_what_is_not_taken_is_not_even_read() -> None:
    strange = ("GEO:nowhere", "SEQUENCE:x", "BEGIN:X-PART", "BEGIN:VTODO", "SUMMARY:no", "END:VTODO", "END:X-PART")
    assert len(calendar("BEGIN:VEVENT", "DTSTART:soon", "END:VEVENT", *component("a", *strange))) == 1


@pytest.mark.parametrize(
    ("lines", "location"),
    [
        (("SUMMARY:x", "CATEGORIES:" + "a," * 60_000), "todos[0].categories"),
        (("CATEGORIES:" + "a," * 40_000,) * 10, "todos[0]"),
        (("X-A:1",) * 10 + ("DUE:20261201",) * (content_lines.MAX_PARTS + 1), "todos[0]"),
        (("SUMMARY;" + "A=1;" * 20_000 + "B=1:x",) * 20, "todos[0]"),
    ],
)
def test_no_more_is_parsed_than_tasks_can_have(lines: tuple[str, ...], location: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        vtodo(*lines)
    assert refused.value.violations[0].field == location


def test_a_zone_that_changes_by_the_second_does_not() -> None:
    endless = ("BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200")
    rule = "RRULE:FREQ=YEARLY;BYHOUR=0,1,2,3;BYMINUTE=0,1,2,3;BYSECOND=0,1,2,3"
    definition = ("BEGIN:VTIMEZONE", "TZID:Office", *endless, rule, "END:STANDARD", "END:VTIMEZONE")
    (item,) = calendar(*definition, *component("a", "DUE;TZID=Office:20261201T090000"))
    assert item.draft.due == LocalTime(date(2026, 12, 1), time(7), "UTC")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"title\nx\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\n",
        b"\xff",
        b"A:\0",
        b"BEGIN:VTODO\r\n" * 50_000,
        b"BEGIN:VTODO\r\nEND:VTODO\r\n" * 10_001,
    ],
)
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidArgument):
        calendars.read(data)


@pytest.mark.parametrize(
    "line", ["PRIORITY:high", "DUE:soon", "X-TODO-BASIS:never", "X-TODO-ESTIMATE:x", "RRULE:FREQ=NO"]
)
def test_a_task_with_a_fault_is_refused(line: str) -> None:
    with pytest.raises(InvalidArgument):
        vtodo("SUMMARY:x", line)


@settings(deadline=None)
@given(
    st.binary() | st.text().map(str.encode), st.sampled_from([b"SUMMARY:", b"RRULE:", b"TRIGGER:", b"CATEGORIES:", b""])
)
def test_no_bytes_do_more_than_be_refused(data: bytes, name: bytes) -> None:
    head = b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\n"
    for file in (data, head + name + data + b"\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"):
        with suppress(InvalidArgument):
            calendars.read(file)
