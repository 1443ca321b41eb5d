"""Filters and orders on the real database: the same tasks as plain Python picks, page by page."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cmp_to_key
from operator import eq, ge, gt, le, lt
from random import Random
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import InvalidArgument
from todo_runtime.rpc import Call
from todo_stack.hosted import HostedStack

from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Basis,
    Priority,
    Reminder,
    Task,
)
from services.chat_api.tasks.domain.order_by import (
    Order,
    SortKey,
    order_of,
    sort_values_of,
)
from services.chat_api.tasks.filtering import (
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
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.store.columns import (
    COLUMNS,
    row_of,
)

from .conftest import NOW, Person, Room, draft, open_room

PARENT = "workspaces/personal"
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<": lt, "<=": le, ">": gt, ">=": ge}
MOMENT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)

# Leaves in the words of a person, so that reading them is tried as well.
LEAVES = st.sampled_from(
    [
        "completed",
        "open",
        "dropped",
        "deleted",
        "priority >= HIGH",
        "priority != LOW",
        "priority < MEDIUM",
        "tags:home",
        "tags:*",
        "title = buy*",
        'title = "buy milk"',
        "title:MILK",
        "notes:*",
        "notes:50%",
        "due < 2026-12-02",
        "due = 2026-12-01",
        "due >= 2026-12-01",
        "due:*",
        "due < 2026-12-01T08:30:00Z",
        "due <= 2026-12-01T08:30:00Z",
        "due > 2026-11-30T23:00:00Z",
        "due = 2026-11-30T23:00:00Z",
        "start > 2026-11-30",
        "due.time:*",
        "due.time <= 09:30",
        "due.time_zone:berlin",
        "due.instant > 2026-12-01",
        "start.date <= 9999-12-31",
        "create_time < 0001-01-01",
        "create_time < 9999-12-31",
        "tags:(home OR work)",
        "tags:*o*e",
        "tags:sh*",
        "title:b*k",
        "etag = 1",
        "position > a5",
        "estimate >= 900.5s",
        "recurrence.basis = DUE",
        "recurrence.rule:daily",
        "create_time >= 2026-11-20",
        "complete_time:*",
        "complete_time < 2026-11-21",
        "estimate > 30m",
        "estimate:*",
        "assignee = me",
        "assignee:*",
        'assignee = ""',
        "recurrence:*",
        "reminders:*",
        "mil",
        "home",
    ]
)
FILTERS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" AND ".join).map("({})".format),
        st.tuples(inner, inner).map(" OR ".join).map("({})".format),
        inner.map("NOT ({})".format),
    ),
    max_leaves=6,
)
SORTED_BY = ("title", "priority", "status", "due", "start", "estimate", "position", "create_time", "update_time")
ORDERS = st.lists(
    st.tuples(
        st.sampled_from([*SORTED_BY, "complete_time", "delete_time"]),
        st.sampled_from(["", " desc"]),
    ),
    max_size=3,
    unique_by=lambda part: part[0],
).map(lambda parts: ", ".join("".join(part) for part in parts))


def holds(asked: Filter, task: Task) -> bool:
    """Plain Python, for each kind of condition; absent is never equal, less or greater."""
    match asked:
        case And(filters):
            return all(holds(one, task) for one in filters)
        case Or(filters):
            return any(holds(one, task) for one in filters)
        case Not(inner):
            return not holds(inner, task)
        case Condition(column, operator, value):
            found = stored(task, column)
            return found is not None and bool(COMPARE[operator](found, value))
        case Has(column, value):
            found = stored(task, column)
            return value in found if value is not None else bool(found) or isinstance(found, (date, time, int))
        case Matches(column, pattern):
            found = stored(task, column)
            texts = found if isinstance(found, tuple) else [found]
            return any(text is not None and like(text, pattern) for text in texts)
        case Words(text):
            words = re.findall(r"\w+", f"{task.title} {task.notes}".lower()) + list(task.tags)
            return any(word.startswith(text) for word in words)
    raise AssertionError(asked)


def like(text: str, pattern: str) -> bool:
    """LIKE with % and \\ alone, without regard to case."""
    plain = pattern.replace("\\%", "\0").split("%")
    parts = [part.replace("\0", "%").replace("\\_", "_").lower() for part in plain]
    left = text.lower()
    if len(parts) == 1:
        return left == parts[0]
    if not (left.startswith(parts[0]) and left.endswith(parts[-1])):
        return False
    return all(part in left for part in parts)


def stored(task: Task, column: str) -> Any:
    found = dict(zip(COLUMNS, row_of(task), strict=True))[column]
    if column in ("tags", "reminders"):
        return getattr(task, column)
    return found


def in_order(tasks: list[Task], order: Order) -> list[Task]:
    def compare(one: Task, other: Task) -> int:
        return next((sign for key in order if (sign := compared(key, one, other))), (one.id > other.id) * 2 - 1)

    return sorted(tasks, key=cmp_to_key(compare))


def compared(key: SortKey, one: Task, other: Task) -> int:
    first, second = sorted_as(key, one), sorted_as(key, other)
    if first == second:
        return 0
    if first is None or second is None:
        return 1 if first is None else -1
    return (1 if first > second else -1) * (-1 if key.descending else 1)


def sorted_as(key: SortKey, task: Task) -> Any:
    return task.title.lower() if key.name == "title" else key.of(task)


async def crowd(room: Room, person: Person, count: int = 60) -> list[Task]:
    """Tasks of all kinds, the same in each run."""
    dice = Random(5)
    made = []
    for number in range(count):
        whole = dice.random() < 0.5
        day = date(2026, 11, 29) + timedelta(days=dice.randrange(5))
        local = LocalTime(day, None if whole else time(9, 30), None if whole else "Europe/Berlin")
        due = local if dice.random() < 0.7 else None
        wanted = draft(
            dice.choice(["buy milk", "Buy bread", "call mum", f"task {number}"]),
            notes=dice.choice(["", "50% off", "two\nlines"]),
            priority=dice.choice(list(Priority)),
            tags=tuple(dice.sample(["home", "work", "shop"], dice.randrange(3))),
            due=due,
            start=LocalTime(day) if dice.random() < 0.4 else None,
            estimate=timedelta(minutes=15 * dice.randrange(9)) if dice.random() < 0.5 else None,
            assignee_id=person.id if dice.random() < 0.4 else None,
            rule="FREQ=DAILY" if due is not None and dice.random() < 0.3 else None,
            basis=dice.choice(list(Basis)),
            reminders=(Reminder(uuid4(), at=MOMENT),) if dice.random() < 0.3 else (),
        )
        task = await room.tasks.create_task(person.actor, "personal", wanted)
        name = person.names(task)
        if dice.random() < 0.3:
            task = await room.tasks.complete_task(person.actor, name)
        elif dice.random() < 0.2:
            task = await room.tasks.drop_task(person.actor, name)
        if dice.random() < 0.1:
            task = await room.tasks.delete_task(person.actor, name)
        made.append(task)
    return made


@pytest.fixture(scope="module")
def crowded(stack: HostedStack) -> Iterator[tuple[asyncio.Runner, Room, Person, list[Task]]]:
    with asyncio.Runner() as loop, stack.database("chat_api") as copy:
        opened = open_room(stack, copy)
        room = loop.run(opened.__aenter__())
        person = loop.run(room.person())
        yield loop, room, person, loop.run(crowd(room, person))
        loop.run(opened.__aexit__(None, None, None))


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(text=FILTERS, order=ORDERS)
def test_the_database_picks_and_sorts_as_plain_python_does(
    crowded: tuple[asyncio.Runner, Room, Person, list[Task]], text: str, order: str
) -> None:
    loop, room, person, tasks = crowded
    asked, keys = filter_of(text, FilterContext(person.id, person.actor.time_zone, NOW)), order_of(order)
    query = TaskQuery(status=None, show_deleted=True, limit=1_000, asked=asked, order=keys)
    found = loop.run(room.tasks.list_tasks(person.actor, "personal", query))
    assert found == in_order([task for task in tasks if holds(asked, task)], keys)
    if len(found) > 1:
        middle = len(found) // 2
        rest = replace(query, after=sort_values_of(found[middle - 1], keys))
        assert loop.run(room.tasks.list_tasks(person.actor, "personal", rest)) == found[middle:]


async def test_titles_sort_as_people_sort_them_page_by_page(room: Room) -> None:
    ada = await room.person()
    wanted = ["Äpfel", "apple pie", "Banana", "éclair", "Zebra", "Ärger"]
    for title in wanted:
        await room.tasks.create_task(ada.actor, "personal", draft(title))
    for direction, expected in (("", ["Äpfel", "apple pie", "Ärger", "Banana", "éclair", "Zebra"]), (" desc", [])):
        order = order_of(f"title{direction}")
        query = TaskQuery(limit=1, order=order)
        seen = []
        while page := await room.tasks.list_tasks(ada.actor, "personal", query):
            seen.append(page[0].title)
            query = replace(query, after=sort_values_of(page[0], order))
        assert seen == (expected or ["Zebra", "éclair", "Banana", "Ärger", "apple pie", "Äpfel"])


async def test_pages_lose_and_repeat_nothing_while_others_write(room: Room) -> None:
    ada = await room.person()
    lasting = {task.id for task in await crowd(room, ada, 30) if task.deleted_at is None}
    order = order_of("priority desc, due")
    query = TaskQuery(status=None, limit=4, order=order)
    seen: list[Task] = []
    while page := await room.tasks.list_tasks(ada.actor, "personal", query):
        seen += page
        query = replace(query, after=sort_values_of(page[-1], order))
        other = await room.tasks.create_task(ada.actor, "personal", draft("other", priority=Priority.MEDIUM))
        await room.tasks.delete_task(ada.actor, ada.names(other))
        await room.tasks.create_task(ada.actor, "personal", draft("urgent", priority=Priority.URGENT))
    ids = [task.id for task in seen]
    assert len(ids) == len(set(ids))
    assert lasting <= set(ids)


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 10, None)


@pytest.fixture
def rpc(room: Room) -> Any:
    return room.task_service


async def test_a_search_can_be_filtered(room: Room, rpc: Any) -> None:
    ada = await room.person()
    for priority in Priority:
        await room.tasks.create_task(ada.actor, "personal", draft("buy milk", priority=priority))
    request = pb.SearchTasksRequest(parent=PARENT, query="mil", filter="priority > MEDIUM", page_size=1)
    page = await rpc.search_tasks(request, call(ada))
    request.page_token = page.next_page_token
    last = await rpc.search_tasks(request, call(ada))
    assert [len(page.tasks), len(last.tasks), last.next_page_token] == [1, 1, ""]


@pytest.mark.parametrize(
    ("field", "value"),
    [("filter", "priority >= TALL"), ("order_by", "colour"), ("page_token", "AAAA"), ("page_token", "no base64 §")],
)
async def test_what_is_wrong_in_a_list_is_refused_by_field(room: Room, rpc: Any, field: str, value: str) -> None:
    ada = await room.person()
    with pytest.raises(InvalidArgument) as refused:
        await rpc.list_tasks(ParseDict({"parent": PARENT, field: value}, pb.ListTasksRequest()), call(ada))
    assert refused.value.violations[0].field == field


async def test_a_page_token_is_of_one_filter_and_one_order(room: Room, rpc: Any) -> None:
    ada = await room.person()
    await crowd(room, ada, 5)
    first = pb.ListTasksRequest(parent=PARENT, page_size=1, filter="open OR NOT open", order_by="title")
    token = (await rpc.list_tasks(first, call(ada))).next_page_token
    for changed in ({"filter": "open"}, {"order_by": "title desc"}, {"show_deleted": True}):
        request = pb.ListTasksRequest(parent=PARENT, filter=first.filter, order_by="title", page_token=token)
        request.MergeFrom(pb.ListTasksRequest(**changed))
        with pytest.raises(InvalidArgument) as refused:
            await rpc.list_tasks(request, call(ada))
        assert refused.value.violations[0].field == "page_token"
