"""Local times in every zone, their gaps and overlaps, against an oracle that knows only how to read a clock in UTC."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

import pytest
from todo_calendar.errors import CalendarError
from todo_calendar.local_time import (
    EARLIEST,
    LATEST,
    LocalTime,
    checked,
    is_supported_instant,
    parse,
    parse_clock,
    require_instant,
    to_utc,
)
from todo_calendar.time_zones import is_time_zone, time_zone

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
BEGIN, END = dt.datetime(2010, 1, 1, tzinfo=dt.UTC), dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
BERLIN = "Europe/Berlin"


def changes(zone: ZoneInfo) -> Iterator[dt.datetime]:
    """The instants, to the minute, from which the offset of a zone is another one."""
    at, step = BEGIN, dt.timedelta(days=7)
    while at < END:
        before, after = at, at + step
        if zone.utcoffset(before.astimezone(zone)) != zone.utcoffset(after.astimezone(zone)):
            while after - before > MINUTE:
                middle = before + (after - before) // MINUTE // 2 * MINUTE
                same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
                before, after = (middle, after) if same else (before, middle)
            yield after
        at += step


def expected(clock: dt.datetime, zone: ZoneInfo, change: dt.datetime) -> dt.datetime:
    """The first instant at which the clock shows this; where it never does, by the offset before the gap."""
    earlier, later = (at.astimezone(zone).utcoffset() for at in (change - MINUTE, change))
    assert earlier is not None
    assert later is not None
    instants = sorted({(clock - offset).replace(tzinfo=dt.UTC) for offset in (earlier, later)})
    shown = [one for one in instants if one.astimezone(zone).replace(tzinfo=None) == clock]
    return shown[0] if shown else (clock - earlier).replace(tzinfo=dt.UTC)


def test_gaps_and_overlaps_follow_the_stated_rule_in_every_zone() -> None:
    seen = 0
    for name in sorted(available_timezones()):
        zone = time_zone(name)
        for change in changes(zone):
            around = [change.astimezone(zone).replace(tzinfo=None, fold=0) + n * HOUR / 2 for n in range(-5, 6)]
            found = [to_utc(clock.date(), clock.time(), zone) for clock in around]
            assert found == [expected(clock, zone, change) for clock in around], (name, change)
            seen += 1
    assert seen > 2_000


def test_in_a_gap_an_instant_after_it_is_taken_and_in_an_overlap_the_earlier_one() -> None:
    half_past_two = dt.time(2, 30)
    spring, autumn = (LocalTime(dt.date(2026, *day), half_past_two, BERLIN) for day in ((3, 29), (10, 25)))
    assert spring.instant == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)
    assert autumn.instant == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)
    assert to_utc(autumn.date, half_past_two.replace(fold=1), time_zone(BERLIN)) == autumn.instant


def test_every_zone_has_the_instants_of_all_supported_dates() -> None:
    for name in available_timezones():
        for date, time in ((EARLIEST, dt.time()), (LATEST, dt.time(23, 59, 59))):
            instant = to_utc(date, time, time_zone(name))
            assert instant.astimezone(time_zone(name)).date() == date, name


def test_zones_are_names_and_not_files() -> None:
    assert all(map(is_time_zone, (BERLIN, "UTC", "Asia/Tokyo")))
    for name in ("posix/Europe/Berlin", "right/UTC", "posixrules", "Berlin", "", "../UTC", "CET+1", "\x00"):
        assert not is_time_zone(name)
        with pytest.raises(CalendarError, match="IANA"):
            time_zone(name)


def test_a_time_without_a_zone_is_in_the_default_one_and_a_whole_day_in_none() -> None:
    date, nine = dt.date(2026, 12, 1), dt.time(9)
    assert parse("2026-12-01", "09:00", "", BERLIN) == LocalTime(date, nine, BERLIN)
    assert parse("2026-12-01", "09:00:00", "UTC", BERLIN) == LocalTime(date, nine, "UTC")
    assert parse("2026-12-01", "", "", BERLIN) == parse("2026-12-01", "", "UTC", BERLIN) == LocalTime(date)


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("2026-02-29", ""),
        ("0000-01-01", ""),
        ("20261201", ""),
        ("2026-W01-1", ""),
        ("2026-12-01\n", ""),
        ("\u0662026-12-01", ""),
        ("2026-12-01", "24:00"),
        ("2026-12-01", "29:00"),
        ("2026-12-01", "09:60"),
        ("2026-12-01", "09"),
        ("2026-12-01", "09:00:00.5"),
        ("2026-12-01", "09:00+01:00"),
    ],
)
def test_a_date_or_time_that_the_calendar_lacks_is_refused(date: str, time: str) -> None:
    with pytest.raises(CalendarError):
        parse_clock(date, time)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (LocalTime(EARLIEST - dt.timedelta(days=1)), "date"),
        (LocalTime(LATEST + dt.timedelta(days=1)), "date"),
        (LocalTime(LATEST, dt.time(9), "Berlin"), "time_zone"),
        (LocalTime(LATEST, None, "Berlin"), "time_zone"),
    ],
)
def test_an_unsupported_date_and_an_invalid_zone_are_refused_at_their_field(given: LocalTime, field: str) -> None:
    with pytest.raises(CalendarError) as refused:
        checked(given, "UTC")
    assert refused.value.field == field


def test_instants_of_the_last_date_are_supported_in_every_zone() -> None:
    last = to_utc(LATEST, dt.time(23, 59, 59), time_zone("Etc/GMT+12"))
    require_instant(last)
    assert is_supported_instant(last)
    for outside in (dt.datetime(1899, 12, 31, 23, tzinfo=dt.UTC), dt.datetime(9999, 1, 2, tzinfo=dt.UTC)):
        with pytest.raises(CalendarError, match="1900 to 9998"):
            require_instant(outside)
