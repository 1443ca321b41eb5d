"""What tests on the real stack share: waiting on conditions, with limits."""

from todo_runtime.testing.waiting import eventually

__all__ = ["eventually"]
