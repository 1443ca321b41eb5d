"""Tasks as lines of JSON: whatever a task is comes back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.access.model import Actor
from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain import tasks as rules
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, Task, TaskDraft
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer.formats import json as task_lines
from services.chat_api.transfer.model import FileTask, file_task_of

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)
DRAFTS = st.builds(
    TaskDraft,
    title=TEXTS.filter(str.strip),
    notes=TEXTS,
    priority=st.sampled_from(Priority),
    tags=st.lists(st.from_regex(r"[a-z/_-]{1,9}", fullmatch=True), max_size=3).map(tuple),
    parent_id=st.none() | st.uuids(),
    task_list_id=st.none() | st.uuids(),
    assignee_id=st.none() | st.uuids(),
    due=st.builds(LocalTime, st.dates(date(1900, 1, 1), date(9000, 1, 1)), st.none() | st.just(NOW.time())),
    reminders=st.just(()) | st.just((Reminder(UNKNOWN, before=timedelta(hours=1)), Reminder(UNKNOWN, at=NOW))),
    rule=st.none() | st.just("FREQ=DAILY"),
    basis=st.sampled_from(Basis),
    estimate=st.none() | st.integers(0, 36_000_000).map(lambda s: timedelta(seconds=s)),
)


def task_of(draft: TaskDraft, id_: UUID, status: Status) -> Task:
    actor = Actor(UUID(int=1), "Europe/Berlin")
    task = rules.create(draft, id_, UUID(int=2), actor, NOW, (UUID(int=number) for number in range(9, 99)))
    return replace(task, status=status, completed_at=NOW if status is Status.COMPLETED else None)


def carried(item: FileTask) -> FileTask:
    """What a file carries: neither what is resolved nor where it stands."""
    draft = item.draft
    due = replace(draft.due, instant=None) if draft.due else None
    reminders = tuple(replace(one, fires_at=None, zone=None) for one in draft.reminders)
    basis = draft.basis if draft.rule else Basis.DUE
    plain = replace(draft, due=due, reminders=reminders, basis=basis, task_list_id=None)
    return replace(item, draft=plain, location="", list_name="", updated_at=None)


@given(st.lists(st.builds(task_of, DRAFTS, st.uuids(), st.sampled_from(Status)), max_size=3))
def test_what_is_written_is_read_again(tasks: list[Task]) -> None:
    found = task_lines.read(task_lines.write([(task, "") for task in tasks]))
    assert [carried(one) for one in found] == [carried(file_task_of(task)) for task in tasks]
    assert [one.draft.task_list_id for one in found] == [task.task_list_id for task in tasks]


def test_a_list_goes_by_its_name_to_another_workspace() -> None:
    task = task_of(TaskDraft("x", task_list_id=UUID(int=5)), UUID(int=3), Status.OPEN)
    named, unnamed = task_lines.read(task_lines.write([(task, "Home"), (task, "")]))
    assert (named.list_name, unnamed.list_name) == ("Home", "Imported list 000000000005")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"title": "a", "tags": [' + '"a",' * 2_000 + '"a"]}', "tags has more than 1,000 elements"),
        ('{"title": "a", "title": "b"}', "a field occurs twice"),
        ("1", "not a task in JSON"),
        ("null", "not a task in JSON"),
    ],
)
def test_no_line_says_more_than_a_task_can(line: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        task_lines.read(line.encode())
