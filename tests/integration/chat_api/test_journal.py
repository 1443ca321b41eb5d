"""What tasks looked like before each change: whole, for undo."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest

from services.chat_api.shared.local_time import (
    LocalTime,
)
from services.chat_api.tasks.domain.model import (
    Priority,
    Reminder,
    Task,
)

from .conftest import Room, draft

# The image as a row of the table that it is an image of: what undo will read.
BEFORE = """
SELECT j.revision, j.actor_id, j.changed_at, to_jsonb(t) - 'words', j.before FROM journal j,
       jsonb_populate_record(NULL::tasks, j.before) t
 WHERE j.task_id = %s ORDER BY j.revision
"""
NOW_ROW = "SELECT to_jsonb(t) - 'words' FROM tasks t WHERE id = %s"

FULL = draft(
    "buy “milk” \\ and 'more'",
    notes="two\nlines",
    priority=Priority.HIGH,
    tags=("home", "shop"),
    due=LocalTime(date(2026, 12, 1), time(9, 30), "Europe/Berlin"),
    start=LocalTime(date(2026, 11, 30)),
    reminders=(Reminder(UUID(int=0), before=timedelta(minutes=10)),),
    rule="FREQ=DAILY",
    estimate=timedelta(hours=2),
)


async def row(room: Room, task: Task) -> object:
    ((found,),) = await room.all_rows(NOW_ROW, task.id)
    return found


async def test_a_before_image_is_the_whole_task_before_each_change(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", FULL)
    name, rows = ada.names(task), [await row(room, task)]
    changes: tuple[Callable[[], Awaitable[Task]], ...] = (
        lambda: room.tasks.update_task(ada.actor, name, draft("oat milk"), {"title", "due", "recurrence"}),
        lambda: room.tasks.complete_task(ada.actor, name),
        lambda: room.tasks.reopen_task(ada.actor, name),
        lambda: room.tasks.delete_task(ada.actor, name),
        lambda: room.tasks.undelete_task(ada.actor, name),
    )
    for change in changes:
        room.clock.advance(timedelta(minutes=1))
        rows.append(await row(room, await change()))
    journal = await room.all_rows(BEFORE, task.id)
    assert [revision for revision, *_ in journal] == [2, 3, 4, 5, 6]
    for (*_, image, _), before in zip(journal, rows[:-1], strict=True):
        assert image == before
    assert {actor for _, actor, *_ in journal} == {ada.id}
    assert [when for _, _, when, *_ in journal] == sorted({when for _, _, when, *_ in journal})


async def test_what_changes_nothing_leaves_no_image(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", FULL)
    await room.tasks.update_task(ada.actor, ada.names(task), FULL, {"title", "notes", "tags", "reminders", "due"})
    assert await room.all_rows(BEFORE, task.id) == []


async def test_a_cascade_leaves_an_image_of_each_task(room: Room) -> None:
    ada = await room.person()
    parent = await room.tasks.create_task(ada.actor, "personal", draft("parent"))
    child = await room.tasks.create_task(ada.actor, "personal", draft("child", parent_id=parent.id))
    await room.tasks.complete_task(ada.actor, ada.names(parent), cascade=True)
    for task in (parent, child):
        ((_, _, _, _, image),) = await room.all_rows(BEFORE, task.id)
        assert (image["title"], image["status"]) == (task.title, "open")


async def test_a_change_that_is_refused_leaves_no_image(room: Room) -> None:
    ada = await room.person()
    task = await room.tasks.create_task(ada.actor, "personal", FULL)
    stale = replace(task, revision=7).etag
    with pytest.raises(Exception, match="changed meanwhile"):
        await room.tasks.update_task(ada.actor, ada.names(task), draft("x"), {"title"}, stale)
    assert await room.all_rows(BEFORE, task.id) == []
