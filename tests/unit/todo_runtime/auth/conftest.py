"""Keys and clocks for tokens."""

from datetime import UTC, datetime

import pytest
from todo_runtime.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    """Noon of a day."""
    return FixedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
