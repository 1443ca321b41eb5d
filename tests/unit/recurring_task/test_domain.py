"""When a repeating task comes next, against simple oracles and the calendar's traps."""

import datetime as dt
from dataclasses import replace
from itertools import islice
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from todo_calendar.local_time import LocalTime
from todo_runtime.errors import InvalidArgument

from services.recurring_task.domain.series import Completed, next_occurrence, preview
from services.recurring_task.domain.shifting import shifted, shifted_instant

BERLIN = "Europe/Berlin"
NINE = dt.time(9)


def day(text: str, time: dt.time | None = NINE, zone: str | None = BERLIN) -> LocalTime:
    return LocalTime(dt.date.fromisoformat(text), time, zone if time else None)


def completed(rule: str, due: LocalTime, at: str, **changes: object) -> Completed:
    values = {
        "rule": rule,
        "by_completion": False,
        "start": due,
        "due": due,
        "completed_at": dt.datetime.fromisoformat(at),
        "zone": BERLIN,
        "made": 0,
    }
    values["reached"] = changes.get("start", due).date  # type: ignore[attr-defined]
    return Completed(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "due", "completed_at", "following"),
    [
        ("FREQ=DAILY", "2026-11-20", "2026-11-20T08:30:00+00:00", "2026-11-21"),
        ("FREQ=DAILY", "2026-11-24", "2026-11-20T08:30:00+00:00", "2026-11-25"),
        ("FREQ=DAILY", "2026-11-01", "2026-11-20T07:30:00+00:00", "2026-11-20"),
        ("FREQ=DAILY", "2026-11-01", "2026-11-20T08:30:00+00:00", "2026-11-21"),
        ("FREQ=WEEKLY;BYDAY=SU", "2026-11-22", "2026-11-22T10:00:00+00:00", "2026-11-29"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", "2027-01-31T10:00:00+00:00", "2027-03-31"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", "2026-11-27T10:00:00+00:00", "2026-12-25"),
        ("FREQ=YEARLY", "2028-02-29", "2028-02-29T10:00:00+00:00", "2032-02-29"),
        ("FREQ=DAILY;INTERVAL=3", "2026-11-20", "2026-11-20T10:00:00+00:00", "2026-11-23"),
    ],
)
def test_the_next_one_counts_from_the_due_time(rule: str, due: str, completed_at: str, following: str) -> None:
    assert next_occurrence(completed(rule, day(due), completed_at)) == day(following)


def test_a_whole_day_may_still_be_today() -> None:
    done = completed("FREQ=DAILY", day("2026-11-01", None), "2026-11-20T20:00:00+00:00")
    assert next_occurrence(done) == day("2026-11-20", None)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"])
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(zone: str) -> None:
    occurrences = preview("FREQ=DAILY", day("2026-01-01", NINE, zone), 100, zone)
    for one in occurrences:
        assert one.instant is not None
        assert one.instant.astimezone(ZoneInfo(zone)).time() == NINE


@pytest.mark.parametrize(
    ("rule", "due", "ends"),
    [
        ("FREQ=DAILY;COUNT=3", "2026-11-21", False),
        ("FREQ=DAILY;COUNT=3", "2026-11-22", True),
        ("FREQ=DAILY;UNTIL=20261122", "2026-11-21", False),
        ("FREQ=DAILY;UNTIL=20261122", "2026-11-22", True),
        ("FREQ=DAILY;UNTIL=20261122T080000Z", "2026-11-21", False),
        ("FREQ=DAILY;UNTIL=20261122T075959Z", "2026-11-21", True),
    ],
)
def test_count_and_until_hold_for_the_series(rule: str, due: str, ends: bool) -> None:
    done = completed(rule, day(due), "2026-11-20T06:00:00+00:00", start=day("2026-11-20"))
    assert (next_occurrence(done) is None) is ends


def test_from_completion_it_counts_from_that_day_and_keeps_the_time() -> None:
    done = completed("FREQ=DAILY;INTERVAL=10", day("2026-11-01"), "2026-11-20T22:30:00+00:00", by_completion=True)
    assert next_occurrence(done) == day("2026-11-30")


@pytest.mark.parametrize(("made", "ends"), [(0, False), (1, False), (2, True)])
def test_from_completion_count_is_of_those_that_were_made(made: int, ends: bool) -> None:
    rule = "FREQ=DAILY;COUNT=3"
    done = completed(rule, day("2026-11-20"), "2026-11-20T10:00:00+00:00", by_completion=True, made=made)
    assert (next_occurrence(done) is None) is ends


def test_a_rule_that_never_comes_has_no_next_one() -> None:
    done = completed("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", day("2026-11-20"), "2026-11-20T10:00:00+00:00")
    assert next_occurrence(done) is None


@given(st.integers(1, 40), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 400))
def test_every_so_many_days_against_plain_arithmetic(interval: int, start: dt.date, late: int) -> None:
    first = LocalTime(start)
    at = dt.datetime.combine(start, dt.time(12), tzinfo=dt.UTC) + dt.timedelta(days=late)
    done = completed(f"FREQ=DAILY;INTERVAL={interval}", first, at.isoformat(), zone="UTC")
    expected = start + dt.timedelta(days=interval)
    while expected < at.date():
        expected += dt.timedelta(days=interval)
    assert next_occurrence(done) == LocalTime(expected)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 12))
def test_weekly_days_against_plain_arithmetic(start: dt.date, count: int) -> None:
    found = [one.date for one in preview("FREQ=WEEKLY;BYDAY=MO,TH", LocalTime(start), count, "UTC")]
    days = (start + dt.timedelta(days=offset) for offset in range(count * 7 + 7))
    assert found == [one for one in days if one.weekday() in (0, 3)][:count]


@pytest.mark.parametrize("moved_to", [day("2026-11-25", dt.time(8)), day("2026-11-25", None), day("2026-11-19")])
def test_an_occurrence_that_was_moved_is_never_made_again(moved_to: LocalTime) -> None:
    done = completed("FREQ=DAILY", moved_to, "2026-11-18T06:00:00+00:00", start=day("2026-11-20"))
    following = next_occurrence(replace(done, reached=dt.date(2026, 11, 25)))
    assert following == replace(moved_to, date=dt.date(2026, 11, 26))


def test_a_fixed_reminder_keeps_its_hour_when_the_clocks_change() -> None:
    at = dt.datetime(2026, 10, 24, 6, 50, tzinfo=dt.UTC)
    moved = shifted_instant(at, day("2026-10-24"), day("2026-10-25"), "UTC")
    assert moved == dt.datetime(2026, 10, 25, 7, 50, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYMONTH=2;BYSETPOS=5", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
)
def test_a_rule_that_never_comes_is_given_up_soon(rule: str) -> None:
    began = process_time()
    assert preview(rule, day("2026-11-20"), 100, BERLIN) == []
    assert process_time() - began < 2


@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 5),
    st.sampled_from(["", ";BYMONTHDAY=29", ";BYMONTH=2,7", ";BYDAY=MO,SU"]),
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
)
def test_another_cycle_of_the_calendar_changes_no_day(frequency: str, interval: int, by: str, start: dt.date) -> None:
    rule = f"FREQ={frequency};INTERVAL={interval}{'' if (frequency, by) == ('WEEKLY', ';BYMONTHDAY=29') else by}"
    clocks = islice(rrulestr(rule, dtstart=dt.datetime.combine(start, dt.time())), 5)
    assert [one.date for one in preview(rule, LocalTime(start), 5, "UTC")] == [clock.date() for clock in clocks]


def test_an_invalid_rule_is_refused_at_its_field() -> None:
    with pytest.raises(InvalidArgument, match="FREQ=NEVER") as refused:
        preview("FREQ=NEVER", day("2026-11-20"), 3, BERLIN)
    assert [violation.field for violation in refused.value.violations] == ["rule"]


def test_a_start_stays_as_far_from_the_due_time_as_it_was() -> None:
    assert shifted(day("2026-11-18", None), day("2026-11-20", None), day("2026-12-01", None)) == day("2026-11-29", None)


def test_what_would_leave_the_calendar_is_left_out_of_the_next_occurrence() -> None:
    before, after = day("2026-11-20"), day("3026-11-20")
    assert shifted(day("9998-12-31"), before, after) is None
    assert shifted(day("1900-01-01"), after, before) is None
    assert shifted_instant(dt.datetime(9998, 12, 31, tzinfo=dt.UTC), before, after, BERLIN) is None
    assert shifted_instant(dt.datetime(1900, 1, 1, tzinfo=dt.UTC), after, before, BERLIN) is None
