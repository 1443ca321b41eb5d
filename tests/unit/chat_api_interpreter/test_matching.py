"""Which task is meant by some words."""

import pytest

from services.chat_api.chat.interpreter import TaskRef, find_best_matches

TITLES = ("Buy milk", "Buy oat milk", "milk", "Milkshake recipe", "Call mom", "Call mom's doctor")
TASKS = [TaskRef(str(number), title) for number, title in enumerate(TITLES)]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("milk", ["milk"]),
        ("buy milk", ["Buy milk"]),
        ("oat", ["Buy oat milk"]),
        ("milk buy", ["Buy milk", "Buy oat milk"]),
        ("milksh", ["Milkshake recipe"]),
        ("call", ["Call mom", "Call mom's doctor"]),
        ("call mom", ["Call mom"]),
        ("bread", []),
        ("???", []),
    ],
)
def test_the_best_fit_wins(said: str, found: list[str]) -> None:
    assert [task.title for task in find_best_matches(said, TASKS)] == found
