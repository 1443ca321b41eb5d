"""Orders: what they sort by, and what is said of those that are wrong."""

import pytest
from todo_runtime.errors import InvalidArgument

from services.chat_api.tasks.domain.order_by import (
    BY_HAND,
    order_of,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("priority desc, due", [("priority", True), ("due_date", False), ("due_time", False)]),
        (" title ", [("title", False)]),
        ("estimate asc,status desc", [("estimate", False), ("status_rank", True)]),
    ],
)
def test_what_an_order_sorts_by(text: str, wanted: list[tuple[str, bool]]) -> None:
    assert [(key.name, key.descending) for key in order_of(text)] == wanted


def test_without_an_order_it_is_the_one_by_hand() -> None:
    assert order_of("") == order_of("  ") == BY_HAND == order_of("position")


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("colour", 1, "'colour' is none to sort by"),
        ("createTime", 1, "'createTime' is none to sort by (did you mean create_time?): take"),
        ("title, colour desc", 8, "'colour' is none"),
        ("title,,due", 7, "a field was expected"),
        ("title,", 7, "a field was expected"),
        ("title down", 7, "asc or desc"),
        ("title desc due", 7, "asc or desc, or a comma"),
        ("due, title, due desc", 13, "due is there already"),
    ],
)
def test_what_is_wrong_is_named_with_its_position(text: str, position: int, says: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        order_of(text)
    (violation,) = refused.value.violations
    assert violation.field == "order_by"
    assert f"at character {position}: " in violation.description
    assert says in violation.description
