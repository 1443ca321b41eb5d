"""Order by hand, and tags: neighbours stay as they are, renaming onto another tag merges."""

from typing import Any
from uuid import UUID

import pytest
from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.service import (
    moves as moving,
)
from services.chat_api.tasks.service import (
    tags,
)
from services.chat_api.tasks.service.moves import Destination
from services.chat_api.tasks.store.tags import Tag

from .conftest import Person, Room, draft


async def titled(room: Room, person: Person, *titles: str, **fields: Any) -> dict[str, Task]:
    return {title: await room.tasks.create_task(person.actor, "personal", draft(title, **fields)) for title in titles}


async def order(room: Room, person: Person) -> str:
    found = await room.tasks.list_tasks(person.actor, "personal", TaskQuery(status=None))
    return "".join(task.title for task in found)


async def test_a_task_goes_behind_a_neighbour_or_to_the_front_and_nothing_else_is_written(room: Room) -> None:
    ada = await room.person()
    tasks = await titled(room, ada, *"abcd")
    for name, after, wanted in (("d", "a", "adbc"), ("a", "c", "dbca"), ("c", None, "cdba"), ("b", "c", "cbda")):
        place = Destination(tasks[after].id if after else None)
        await room.moves.move(ada.actor, ada.names(tasks[name]), place)
        assert await order(room, ada) == wanted
    assert sum(task.revision for task in await room.tasks.list_tasks(ada.actor, "personal", TaskQuery())) == 8


async def test_what_is_made_later_comes_behind_what_was_moved_to_the_end(room: Room) -> None:
    ada = await room.person()
    tasks = await titled(room, ada, *"ab")
    await room.moves.move(ada.actor, ada.names(tasks["a"]), Destination(tasks["b"].id))
    await titled(room, ada, *"cd")
    assert await order(room, ada) == "bacd"


async def test_what_is_at_its_place_already_stays(room: Room) -> None:
    ada = await room.person()
    tasks = await titled(room, ada, *"ab")
    for name, after in (("b", tasks["a"].id), ("a", None)):
        moved = await room.moves.move(ada.actor, ada.names(tasks[name]), Destination(after))
        assert moved == tasks[name]


async def test_a_move_can_go_to_another_list_and_parent(room: Room) -> None:
    ada = await room.person()
    home = await room.lists.create(ada.actor, "personal", "Home")
    tasks = await titled(room, ada, *"ab", task_list_id=home.id)
    other = (await titled(room, ada, "c"))["c"]
    place = Destination(None, home.id, tasks["b"].id, moves_list=True, moves_parent=True)
    moved = await room.moves.move(ada.actor, ada.names(other), place)
    assert (moved.task_list_id, moved.parent_id) == (home.id, tasks["b"].id)
    assert await order(room, ada) == "cab"
    out = Destination(other.id, moves_list=True, moves_parent=True)
    back = await room.moves.move(ada.actor, ada.names(tasks["b"]), Destination(tasks["a"].id))
    assert back == tasks["b"]
    assert (await room.moves.move(ada.actor, ada.names(tasks["a"]), out)).task_list_id is None


@pytest.mark.parametrize("after", ["a", ""])
async def test_what_is_moved_beside_a_deleted_task_has_another_place_than_that(room: Room, after: str) -> None:
    ada = await room.person()
    tasks = await titled(room, ada, *"abcde")
    first = Destination(tasks["a"].id) if after else Destination(None)
    await room.moves.move(ada.actor, ada.names(tasks["e"]), first)
    await room.tasks.delete_task(ada.actor, ada.names(tasks["e"]))
    await room.moves.move(ada.actor, ada.names(tasks["d"]), first)
    await room.tasks.undelete_task(ada.actor, ada.names(tasks["e"]))
    assert await order(room, ada) == ("adebc" if after else "edabc")
    await room.moves.move(ada.actor, ada.names(tasks["c"]), Destination(tasks["d" if after else "e"].id))
    assert await order(room, ada) == ("adceb" if after else "ecdab")


async def test_where_no_room_is_left_a_move_is_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    tasks = await titled(room, ada, *"abc")
    monkeypatch.setattr(moving, "MAX_LENGTH", 20)
    with pytest.raises(FailedPrecondition) as refused:
        await room.moves.move(ada.actor, ada.names(tasks["c"]), Destination(tasks["a"].id))
    assert (refused.value.reason, await order(room, ada)) == ("NO_ROOM", "abc")


async def test_a_move_that_cannot_be_is_refused(room: Room) -> None:
    ada, eve = await room.person(), await room.person()
    tasks, hers = await titled(room, ada, *"ab"), await titled(room, eve, "c")
    name = ada.names(tasks["a"])
    child = (await titled(room, ada, "x", parent_id=tasks["a"].id))["x"]
    refusals: list[tuple[Destination, str, type[Exception]]] = [
        (Destination(tasks["a"].id), "", InvalidArgument),
        (Destination(UUID(int=7)), "", FailedPrecondition),
        (Destination(hers["c"].id), "", FailedPrecondition),
        (Destination(None, UUID(int=7), moves_list=True), "", FailedPrecondition),
        (Destination(None, parent_id=child.id, moves_parent=True), "", InvalidArgument),
        (Destination(tasks["b"].id), "7", Aborted),
    ]
    for place, etag, kind in refusals:
        with pytest.raises(kind):
            await room.moves.move(ada.actor, name, place, etag)
    assert await room.tasks.get_task(ada.actor, name) == tasks["a"]


async def test_tags_are_listed_with_their_open_tasks(room: Room) -> None:
    ada = await room.person()
    await titled(room, ada, *"ab", tags=("home", "shop"))
    done = (await titled(room, ada, "c", tags=("home", "work")))["c"]
    await room.tasks.complete_task(ada.actor, ada.names(done))
    gone = (await titled(room, ada, "d", tags=("gone",)))["d"]
    await room.tasks.delete_task(ada.actor, ada.names(gone))
    assert await room.feature.tags.select(ada.actor, "personal", "", 9) == [
        Tag("home", 2),
        Tag("shop", 2),
        Tag("work", 0),
    ]
    assert await room.feature.tags.select(ada.actor, "personal", "home", 1) == [Tag("shop", 2)]


async def test_renaming_merges_and_tells_of_each_task_once(room: Room) -> None:
    ada = await room.person()
    tasks = await titled(room, ada, *"ab", tags=("home",)) | await titled(room, ada, "c", tags=("home", "work"))
    await room.tasks.delete_task(ada.actor, ada.names(tasks["b"]))
    assert await room.feature.tags.rename(ada.actor, "personal", "#Home", "Work") == Tag("work", 2)
    found = await room.tasks.list_tasks(ada.actor, "personal", TaskQuery(show_deleted=True))
    assert [task.tags for task in found] == [("work",)] * 3
    assert [task.revision for task in found] == [2, 3, 2]
    back = await room.undos.undo(ada.actor, "personal")
    assert sorted(task.tags for task in back.tasks) == [("home",), ("home",), ("home", "work")]


async def test_a_renaming_that_cannot_be_is_refused(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await room.person()
    await titled(room, ada, *"ab", tags=("home",))
    with pytest.raises(NotFound):
        await room.feature.tags.rename(ada.actor, "personal", "shop", "x")
    with pytest.raises(InvalidArgument) as refused:
        await room.feature.tags.rename(ada.actor, "personal", "home", "no tag")
    assert refused.value.violations[0].field == "new_tag"
    monkeypatch.setattr(tags, "MAX_TASKS", 1)
    with pytest.raises(FailedPrecondition):
        await room.feature.tags.rename(ada.actor, "personal", "home", "x")
