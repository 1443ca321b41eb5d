"""Recurrence rules: what is understood, and that everything else is refused with the field at fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.tasks.domain import rrule

GOOD = (
    "FREQ=DAILY",
    "freq=weekly;byday=mo,we",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=10000",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20280229",
    "FREQ=DAILY;INTERVAL=3;UNTIL=20270101T090000Z",
)
BAD = (
    "",
    "DAILY",
    "FREQ=HOURLY",
    "FREQ=DAILY;FREQ=DAILY",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=0000000015000000000",
    "FREQ=DAILY;COUNT=2;UNTIL=20270101",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;UNTIL=\u0662\u0660\u0662\u0667\u0660\u0661\u0660\u0661",
    "FREQ=MONTHLY;BYMONTHDAY=\u0661",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=WEEKLY;BYMONTHDAY=1",
    "FREQ=DAILY;BYSETPOS=1",
    "FREQ=DAILY;BYHOUR=9",
)
PARTS = st.sampled_from(
    ["FREQ", "COUNT", "UNTIL", "INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST", "X"]
)
VALUES = st.one_of(st.text(), st.sampled_from(["DAILY", "YEARLY", "1", "MO", "-1FR", "20270101", ",", "+"]))


@pytest.mark.parametrize("rule", GOOD)
def test_what_is_understood_comes_out_in_upper_case(rule: str) -> None:
    assert rrule.check(rule) == rule.upper()


@pytest.mark.parametrize("rule", BAD)
def test_what_is_not_understood_names_its_field(rule: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        rrule.check(rule)
    assert [violation.field for violation in refused.value.violations] == [rrule.FIELD]


@given(st.lists(st.tuples(PARTS, VALUES), max_size=6))
def test_nothing_else_is_ever_raised(parts: list[tuple[str, str]]) -> None:
    try:
        rrule.check(";".join(f"{name}={value}" for name, value in parts))
    except InvalidArgument:
        return
