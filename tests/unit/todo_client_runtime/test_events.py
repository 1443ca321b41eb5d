"""Timestamps and dates as Avro has them, and back."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_client_runtime.events import date_of, days_of, micros_of, time_of


@given(st.datetimes(timezones=st.timezones()))
def test_a_time_survives_in_any_zone(time: datetime) -> None:
    assert time_of(micros_of(time)) == time.astimezone(UTC)
    assert time_of(micros_of(time)).tzinfo is UTC


@given(st.dates())
def test_a_day_survives(day: date) -> None:
    assert date_of(days_of(day)) == day


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros_of(datetime(2026, 1, 1))  # noqa: DTZ001 (the point of the test)
