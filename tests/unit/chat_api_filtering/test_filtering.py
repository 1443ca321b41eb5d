"""Filters: what they ask, and what is said of those that are wrong."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.tasks.filtering import (
    ALWAYS,
    And,
    Condition,
    Filter,
    FilterContext,
    Has,
    Matches,
    Not,
    Or,
    Words,
    filter_of,
)
from services.chat_api.tasks.filtering.conditions import NEVER
from services.chat_api.tasks.filtering.fields import FIELDS
from services.chat_api.tasks.filtering.syntax import (
    MAX_DEPTH,
    MAX_RESTRICTIONS,
)

ME = UUID(int=7)
BERLIN = FilterContext(ME, "Europe/Berlin", datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
"""There it is December already."""
HIGH = Condition("priority", ">=", 4)
HOME = Has("tags", "home")
DONE = Condition("status", "=", "completed")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def asked(text: str) -> Filter:
    return filter_of(text, BERLIN)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ALWAYS),
        ("   ", ALWAYS),
        ("completed", DONE),
        ("NOT completed", Not(DONE)),
        ("-completed", Not(DONE)),
        ("completed = true", DONE),
        ("completed = false", Not(DONE)),
        ("status = COMPLETED", DONE),
        ("status != completed", Not(DONE)),
        ("priority >= HIGH", HIGH),
        ("priority>=PRIORITY_HIGH", HIGH),
        ("tags:home", HOME),
        ("tags:#Home", HOME),
        ("tags:*", Has("tags")),
        ("tags:Cafe\N{COMBINING ACUTE ACCENT}", Has("tags", "café")),
        ("tags:home/*", Matches("tags", "home/%")),
        ("tags:(home OR work)", Or((HOME, Has("tags", "work")))),
        ("tags:(home -work)", And((HOME, Not(Has("tags", "work"))))),
        ("priority = (HIGH OR (LOW))", Or((Condition("priority", "=", 4), Condition("priority", "=", 2)))),
        ("title:b*k", Matches("title", "%b%k%")),
        ("milk", Words("milk")),
        ('"oat milk"', Words("oat milk")),
        ('"completed"', Words("completed")),
        ('title = "buy milk"', Matches("title", "buy milk")),
        ("title = buy*", Matches("title", "buy%")),
        ("title:50%_", Matches("title", "%50\\%\\_%")),
        ("notes:*", Has("notes")),
        ("due < 2027-01-01", Condition("due_date", "<", date(2027, 1, 1))),
        ("due:*", Has("due_date")),
        ("due <= today", Condition("due_date", "<=", date(2026, 12, 1))),
        ("due = Tomorrow", Condition("due_date", "=", date(2026, 12, 2))),
        (
            "due >= today-30d AND due < today+7d",
            And((Condition("due_date", ">=", date(2026, 11, 1)), Condition("due_date", "<", date(2026, 12, 8)))),
        ),
        ("due.date > yesterday", Condition("due_date", ">", date(2026, 11, 30))),
        ("complete_time >= today", Condition("completed_at", ">=", at(2026, 11, 30, 23))),
        ("due <= 9999-12-31", Condition("due_date", "<=", date(9999, 12, 31))),
        ("create_time < 0001-01-01", Condition("created_at", "<", datetime.min.replace(tzinfo=UTC))),
        ("create_time <= 9999-12-31", Condition("created_at", "<", datetime.max.replace(tzinfo=UTC))),
        ("due.date >= 2027-01-01", Condition("due_date", ">=", date(2027, 1, 1))),
        ("due.time<09:30", Condition("due_time", "<", time(9, 30))),
        ('due.time >= "09:30:15"', Condition("due_time", ">=", time(9, 30, 15))),
        ("start.time_zone:Europe/*", Matches("start_zone", "%Europe/%%")),
        ("due.instant < 2027-01-01T00:00:00Z", Condition("due_at", "<", at(2027, 1, 1))),
        (f"name = workspaces/personal/tasks/{ME}", Condition("id", "=", ME)),
        ("position > a0", Condition("position", ">", "a0")),
        ("etag = 7", Condition("revision", "=", 7)),
        ("etag = other", NEVER),
        ("recurrence.rule:WEEKLY", Matches("rrule", "%WEEKLY%")),
        ("recurrence.basis = BASIS_COMPLETION", Condition("basis", "=", "completion")),
        (f"recurrence.series = {ME}", Condition("series_id", "=", ME)),
        (f"recurrence.predecessor = {ME}", Condition("predecessor_id", "=", ME)),
        ("create_time < 2027-01-01", Condition("created_at", "<", at(2026, 12, 31, 23))),
        ("create_time <= 2027-01-01", Condition("created_at", "<", at(2027, 1, 1, 23))),
        ("create_time > 2027-01-01", Condition("created_at", ">=", at(2027, 1, 1, 23))),
        ("complete_time >= 2027-01-01T01:00:00+01:00", Condition("completed_at", ">=", at(2027, 1, 1))),
        ('complete_time >= "2027-01-01T00:00:00Z"', Condition("completed_at", ">=", at(2027, 1, 1))),
        ("estimate <= 90m", Condition("estimate", "<=", 5_400)),
        ("estimate < 1.5s", Condition("estimate", "<", 1.5)),
        ("estimate = 1h30m", Condition("estimate", "=", 5_400)),
        ("assignee = me", Condition("assignee_id", "=", ME)),
        (f"assignee = users/{ME}", Condition("assignee_id", "=", ME)),
        ('assignee = ""', Not(Has("assignee_id"))),
        ("parent_task:*", Has("parent_id")),
        (f"task_list = workspaces/x/taskLists/{ME}", Condition("task_list_id", "=", ME)),
        ("recurrence:*", Has("rrule")),
        ("a b", And((Words("a"), Words("b")))),
        ("a AND b", And((Words("a"), Words("b")))),
        ("a OR b", Or((Words("a"), Words("b")))),
        # OR binds tighter than AND (AIP-160).
        ("a AND b OR c", And((Words("a"), Or((Words("b"), Words("c")))))),
        ("a b OR c", And((Words("a"), Or((Words("b"), Words("c")))))),
        ("(a b) OR c", Or((And((Words("a"), Words("b"))), Words("c")))),
        ("NOT (a OR b)", Not(Or((Words("a"), Words("b"))))),
    ],
)
def test_what_a_filter_asks(text: str, wanted: Filter) -> None:
    assert asked(text) == wanted


def test_the_example_of_the_contract() -> None:
    found = asked('priority >= HIGH AND tags:home AND due < "2027-01-01T00:00:00Z" AND NOT completed')
    due = Or(
        (
            Condition("due_at", "<", at(2027, 1, 1)),
            # One o'clock in Berlin: the first of January has begun there.
            And((Not(Has("due_at")), Condition("due_date", "<", date(2027, 1, 2)))),
        )
    )
    assert found == And((HIGH, HOME, due, Not(DONE)))


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("colour = red", 1, "there is no field 'colour'"),
        ("priority >= TALL", 13, "one of NONE, LOW"),
        ("tags = home", 6, "tags knows :"),
        ("title < b", 7, "title knows =, :, !="),
        ("due < someday", 7, "a date (2027-01-01, today, today+7d)"),
        ("due < 2027-02-30", 7, "a date"),
        ("due < 2027-01-01T25:00:00Z", 7, "a date"),
        ('due < "2027-01-01T09:00:00"', 7, "needs its zone"),
        ("due < 10000-01-01", 7, "a date"),
        ("due < today+", 7, "a date (2027-01-01, today, today+7d)"),
        ("due < today+1w", 7, "a date"),
        ("due > today-999999d", 7, "a date"),
        ("due.date < soon", 12, "a date"),
        ("due < 0000-01-01", 7, "a date"),
        ("due.date < 2027-01-01T00:00:00Z", 12, "a date (2027-01-01, today, today+7d) was expected"),
        ("due.time < 25:00", 12, "a time of day (09:00)"),
        ('due.time < "09:00+01:00"', 12, "a time of day (09:00)"),
        ("due.time_zone < a", 15, "due.time_zone knows =, :, !="),
        ("recurrence.basis = NEVER", 20, "DUE or COMPLETION"),
        (f"recurrence.series = x/{ME}", 21, "the id of a series"),
        ("prioritty = HIGH", 1, "'prioritty': did you mean priority?"),
        ("createTime > 2027-01-01", 1, "'createTime': did you mean create_time?"),
        ("estimate < 99999999999999h", 12, "at most 10,000 hours"),
        ("estimate < -5m", 12, "a duration"),
        ("a AND regex(title)", 7, "there are no functions, such as 'regex'"),
        ("title:(a OR b:c)", 14, "only values of title"),
        ("priority >= (LOW)", 13, "a value after >= was expected, not ("),
        ("tags:()", 7, "not )"),
        ("tags:(home OR", 14, "the end"),
        ("priority:(HIGH OR TALL)", 19, "one of NONE, LOW"),
        ("title = --a", 10, "a value after = was expected, not -"),
        ("title = " + "-" * 1_900 + "a", 10, "a value after = was expected, not -"),
        ("estimate < 5", 12, "a duration"),
        ("estimate < 10001h", 12, "at most 10,000 hours"),
        ("assignee = bob", 12, "me or users/{user} was expected"),
        ("recurrence:daily", 12, "only * was expected"),
        ("completed = maybe", 13, "true or false"),
        ("a AND", 6, "a field or a word was expected, not the end"),
        ("a OR OR b", 6, "not OR"),
        ("(a", 3, "the ) for the ( at character 1 was expected"),
        ("a)", 2, "AND, OR or the end was expected, not )"),
        ("()", 2, "not )"),
        ('title = "milk', 9, "this string has no end"),
        ("title =", 8, "a value after = was expected"),
        ("title = = a", 9, "not a comparison"),
        ("a ! b", 3, "'!' has no meaning here"),
        ('"title" = a', 1, "there is no field"),
        ('""', 1, "says nothing"),
        ("(" * (MAX_DEPTH + 1) + "a", MAX_DEPTH + 1, "parentheses within each other"),
        ("a " * (MAX_RESTRICTIONS + 1), 2 * MAX_RESTRICTIONS + 1, "at most 100 conditions"),
    ],
)
def test_what_is_wrong_is_named_with_its_position(text: str, position: int, says: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        asked(text)
    (violation,) = refused.value.violations
    assert violation.field == "filter"
    assert f"at character {position}: " in violation.description
    assert says in violation.description
    assert refused.value.metadata == {"position": str(position)}


ODD_VALUES = (
    "0001-01-01",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "99999999999999h",
    "1.5s",
    "09:30",
    "today",
    "tomorrow+99999d",
    "yesterday-99999d",
)
MARKS = ("<", "<=", ">", ">=", "=", "!=", ":", "(", ")", "-", " ", "*", '"', "'", "\\", "\0")
PIECES = st.sampled_from([*FIELDS, *MARKS, *ODD_VALUES, "AND", "OR", "NOT", "HIGH", "me"])
TEXTS = st.one_of(
    st.text(alphabet="ab()<>=!:-\"' \\ANDORT*09é", max_size=40),
    st.text(max_size=40),
    st.lists(PIECES, max_size=30).map("".join),
    st.tuples(PIECES, st.integers(1, 300), PIECES).map(lambda parts: parts[0] + parts[1] * parts[2]),
)


@given(TEXTS)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    assert 1 <= position_of_fault(text) <= len(text) + 1


def position_of_fault(text: str) -> int:
    try:
        asked(text)
    except InvalidArgument as refused:
        return int(refused.metadata["position"])
    return 1
