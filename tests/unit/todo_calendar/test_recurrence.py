"""Recurrence rules: what is understood, and that everything else is refused with the part at fault."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_calendar.errors import CalendarError
from todo_calendar.recurrence import MAX_LENGTH, parse

GOOD = (
    "FREQ=DAILY",
    "freq=weekly;byday=mo,we",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYDAY=+05MO,-5TU",
    "FREQ=YEARLY;BYDAY=-53MO",
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=10000",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20280229",
    "FREQ=DAILY;INTERVAL=3;UNTIL=20270101T090000Z",
    "FREQ=DAILY;UNTIL=99981231T235959Z",
    "INTERVAL=000000002;FREQ=DAILY",
)
BAD = (
    ("", "''"),
    ("DAILY", "DAILY"),
    ("nonsense", "NONSENSE"),
    ("INTERVAL=2", "FREQ is missing"),
    ("FREQ=", "FREQ="),
    ("FREQ=NEVER", "FREQ=NEVER"),
    ("FREQ=HOURLY", "FREQ=HOURLY"),
    ("FREQ=DAILY;FREQ=DAILY", "FREQ occurs twice"),
    ("FREQ=DAILY;", "''"),
    (" FREQ=DAILY", "' FREQ=DAILY'"),
    ("FREQ=DAILY\n", r"FREQ=DAILY\\n"),
    ("FREQ=DAILY\nRDATE:20270101T000000", "FREQ=DAILY"),
    ("FREQ=DA\u0131LY", "ASCII"),
    ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
    ("FREQ=DAILY;INTERVAL=1001", "INTERVAL=1001"),
    ("FREQ=DAILY;INTERVAL=0000000001", "INTERVAL=0000000001"),
    ("FREQ=DAILY;COUNT=x", "COUNT=X"),
    ("FREQ=DAILY;COUNT=0", "COUNT=0"),
    ("FREQ=DAILY;COUNT=" + "9" * 400, "COUNT=9"),
    ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "COUNT and UNTIL"),
    ("FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230"),
    ("FREQ=DAILY;UNTIL=20261332", "UNTIL=20261332"),
    ("FREQ=DAILY;UNTIL=20270101T240000", "UNTIL"),
    ("FREQ=DAILY;UNTIL=20270101T235960Z", "UNTIL"),
    ("FREQ=DAILY;UNTIL=18991231", "UNTIL=18991231"),
    ("FREQ=DAILY;UNTIL=99990101T000000Z", "UNTIL=99990101"),
    ("FREQ=DAILY;UNTIL=\u0662\u0660\u0662\u0667\u0660\u0661\u0660\u0661", "ASCII"),
    ("FREQ=MONTHLY;BYMONTHDAY=\u0661", "ASCII"),
    ("FREQ=MONTHLY;BYMONTHDAY=0031", "BYMONTHDAY=0031"),
    ("FREQ=YEARLY;BYMONTH=1,13", "BYMONTH=1,13"),
    ("FREQ=YEARLY;BYMONTH=1,,2", "BYMONTH=1,,2"),
    ("FREQ=DAILY;BYDAY=XX", "BYDAY=XX"),
    ("FREQ=WEEKLY;BYDAY=1MO", "numbered BYDAY"),
    ("FREQ=MONTHLY;BYDAY=6MO", "more than 5 times"),
    ("FREQ=YEARLY;BYMONTH=12;BYDAY=-53MO", "more than 5 times"),
    ("FREQ=YEARLY;BYDAY=54MO", "BYDAY=54MO"),
    ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go"),
    ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs"),
    ("FREQ=DAILY;BYHOUR=9", "BYHOUR=9"),
    (f"FREQ=WEEKLY;BYDAY={','.join(['MO'] * 200)}", "500 characters"),
)
NAMES = ["FREQ", "COUNT", "UNTIL", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST", "X"]
VALUES = st.one_of(st.text(), st.sampled_from(["DAILY", "YEARLY", "1", "MO", "-1FR", "20270101", ",", "+"]))


@pytest.mark.parametrize("rule", GOOD)
def test_what_is_understood_comes_out_in_upper_case(rule: str) -> None:
    assert parse(rule).text == rule.upper()


@pytest.mark.parametrize(("rule", "part"), BAD)
def test_what_is_not_understood_is_refused_with_the_part_at_fault(rule: str, part: str) -> None:
    with pytest.raises(CalendarError, match=part):
        parse(rule)


@given(st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6))
def test_nothing_else_is_ever_raised(parts: list[tuple[str, str]]) -> None:
    try:
        parse(";".join(f"{name}={value}" for name, value in parts))
    except CalendarError:
        return


def test_a_rule_as_long_as_the_contract_allows_is_understood() -> None:
    rule = f"FREQ=WEEKLY;BYDAY={','.join(['MO'] * 160)}"
    assert len(rule) < MAX_LENGTH
    assert parse(rule).text == rule


@pytest.mark.parametrize(
    ("until", "value"),
    [
        ("20270101", dt.date(2027, 1, 1)),
        ("20270101T090000", dt.datetime(2027, 1, 1, 9)),  # noqa: DTZ001 - what a local clock shows
        ("20270101T090000Z", dt.datetime(2027, 1, 1, 9, tzinfo=dt.UTC)),
    ],
)
def test_an_end_is_a_day_a_local_time_or_an_instant(until: str, value: dt.date) -> None:
    assert parse(f"FREQ=DAILY;UNTIL={until}").until == value


def test_the_pattern_is_the_rule_without_its_end() -> None:
    rule = parse("freq=daily;count=3;interval=2")
    assert (rule.pattern, rule.count, rule.until) == ("FREQ=DAILY;INTERVAL=2", 3, None)
