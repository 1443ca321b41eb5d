"""Searching: what ranks first, what a slip of the pen finds, and that nobody finds what is not theirs."""

from typing import Any

import pytest

from services.chat_api.tasks.filtering import Condition
from services.chat_api.tasks.store import search as task_search

from .conftest import Person, Room, draft

FUNCTIONS = {
    "todo_search": "SELECT id FROM todo_search(%s, to_tsquery('simple', 'milk'), NULL, NULL, 10)",
    "todo_search_alike": "SELECT id FROM todo_search_alike(%s, 'milk', NULL, NULL, 10)",
}
# What the functions look up, and 20,000 tasks with notes as people write them.
INNER = "EXPLAIN SELECT id FROM tasks WHERE workspace_id = %s AND deleted_at IS NULL"
FILL = """
WITH filled AS (
  INSERT INTO tasks (workspace_id, id, title, notes, status, priority, tags, position, reminders, created_at,
                     created_by, updated_at, updated_by, revision)
  SELECT %s, gen_random_uuid(), 'milk ' || n, repeat('some words on it ', 20), 'open', 1, '{}', 'a' || n, '[]', now(),
         %s, now(), %s, 1 FROM generate_series(1, 20000) n RETURNING 1)
SELECT count(*) FROM filled
"""


async def filled(room: Room, *titles: str, **fields: Any) -> Person:
    person = await room.person()
    for title in titles:
        await room.tasks.create_task(person.actor, "personal", draft(title, **fields))
    return person


async def titles(room: Room, person: Person, words: str, size: int = 2) -> list[str]:
    """All that is found, page by page."""
    found: list[str] = []
    after = None
    while page := await room.tasks.search_tasks(person.actor, "personal", words, size, after):
        found += [task.title for task, _ in page]
        after = (page[-1][1], page[-1][0].id)
    return found


async def test_titles_rank_before_tags_and_tags_before_notes(room: Room) -> None:
    ada = await filled(room, "in the notes", notes="milk")
    await room.tasks.create_task(ada.actor, "personal", draft("in a tag", tags=("milk",)))
    await room.tasks.create_task(ada.actor, "personal", draft("milk"))
    assert await titles(room, ada, "milk", 1) == ["milk", "in a tag", "in the notes"]


async def test_all_words_count_and_the_last_may_be_unfinished(room: Room) -> None:
    ada = await filled(room, "buy oat milk", "buy bread", "oat flakes")
    assert await titles(room, ada, "buy mi") == ["buy oat milk"]
    assert await titles(room, ada, "MILK oat") == ["buy oat milk"]


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("uberweisung muller", "Überweisung an Müller"),
        ("ÜBERWEISUNG", "Überweisung an Müller"),
        ("U\N{COMBINING DIAERESIS}berweisung", "Überweisung an Müller"),
        ("creme cafe", "café crème"),
        ("grosse", "Größe prüfen"),
        ("молоко", "купить МОЛОКО"),
        ("все", "всё готово"),
        ("牛奶", "买牛奶和面包"),
        ("面包 牛奶", "买牛奶和面包"),
        ("買う", "牛乳を買う"),
        ("우유 사다", "우유를 사다"),
        ("bread", "milk/bread"),
        ("pdf", "report_v2.pdf"),
        ("example", "mail bob@example.org"),
        ("e-mail", "answer the e-mail"),
        ("12", "until 2026-12-01"),
        ("milk & ! bread", "milk/bread"),
    ],
)
async def test_words_are_found_however_they_are_written(room: Room, words: str, title: str) -> None:
    ada = await filled(room, title, "Überzeugung", "奶牛", "milk", "bre ad", "caf")
    assert await titles(room, ada, words) == [title]


@pytest.mark.parametrize("words", ["!!!", "'", "\\", ":*", "&", "-", "(", "* <-> |", "😀"])
async def test_what_has_no_words_finds_nothing(room: Room, words: str) -> None:
    ada = await filled(room, "milk", "it's (done) & dusted \\ 100%")
    assert await titles(room, ada, words) == []


@pytest.mark.parametrize("words", ["garden", "home/garden", "grocereis", "bil finanse"])
async def test_tags_are_found_by_their_parts_and_with_slips(room: Room, words: str) -> None:
    ada = await filled(room, "pay the bill", tags=("home/garden", "groceries", "finance"))
    await filled(room, "something else")
    assert await titles(room, ada, words) == ["pay the bill"]


@pytest.mark.parametrize("slip", ["telephon", "telefone", "telphone", "elephone bill", "buy milc", "dentits"])
async def test_a_slip_of_the_pen_is_forgiven(room: Room, slip: str) -> None:
    wanted = {"buy milc": "buy milk", "dentits": "see the dentist"}.get(slip, "pay the telephone bill")
    ada = await filled(room, "pay the telephone bill", "buy milk", "see the dentist")
    assert (await titles(room, ada, slip))[:1] == [wanted]


async def test_what_matches_keeps_what_is_only_alike_away(room: Room) -> None:
    ada = await filled(room, "telephone bill", "telephones")
    assert await titles(room, ada, "telephone bill") == ["telephone bill"]


async def test_alike_titles_come_page_by_page_each_once(room: Room) -> None:
    ada = await filled(room, *(f"telephone {number}" for number in range(5)))
    found = await titles(room, ada, "telefone")
    assert sorted(found) == [f"telephone {number}" for number in range(5)]


@pytest.mark.parametrize("words", ["milk", "milc"])
async def test_deleted_tasks_and_those_of_others_are_not_found(room: Room, words: str) -> None:
    ada, eve = await filled(room, "milk"), await filled(room, "milk")
    task = (await room.tasks.search_tasks(eve.actor, "personal", "milk", 1))[0][0]
    await room.tasks.delete_task(eve.actor, eve.names(task))
    assert await titles(room, eve, words) == []
    assert await titles(room, ada, words) == ["milk"]


@pytest.mark.parametrize("function", FUNCTIONS)
async def test_past_the_policies_only_a_member_finds(room: Room, function: str) -> None:
    ada, eve = await filled(room, "milk"), await room.person()
    assert len(await room.rows(FUNCTIONS[function], ada.workspace, actor=ada.id)) == 1
    assert await room.rows(FUNCTIONS[function], ada.workspace, actor=eve.id) == []
    assert await room.rows(FUNCTIONS[function], ada.workspace) == []


async def test_a_search_looks_words_up_in_the_index_of_the_workspace(room: Room) -> None:
    ada = await room.person()
    for person in (ada, await room.person()):
        await room.all_rows(FILL, person.workspace, person.id, person.id)
    async with room.superuser.transaction() as tx:
        await tx.execute("ANALYZE tasks")
    for condition, index in (
        ("words @@ todo_needle('milk 777')", "tasks_by_words"),
        ("'melon 777' <%% todo_title_and_tags(title, tags)", "tasks_by_likeness"),
    ):
        explained = await room.all_rows(f"{INNER} AND {condition} LIMIT 5000", ada.workspace)
        plan = "\n".join(row[0] for row in explained)
        assert index in plan, plan
        assert "Seq Scan" not in plan, plan


async def test_a_filter_is_asked_of_every_hit(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await filled(room, *("milk" for _ in range(6)))
    last = (await room.tasks.search_tasks(ada.actor, "personal", "milk", 10))[-1][0]
    await room.tasks.complete_task(ada.actor, ada.names(last))
    done = Condition("status", "=", "completed")
    found = await room.tasks.search_tasks(ada.actor, "personal", "milk", 2, asked=done)
    assert [task.id for task, _ in found] == [last.id]
    monkeypatch.setattr(task_search, "MOST_RANKED", 1)
    assert await room.tasks.search_tasks(ada.actor, "personal", "milk", 2, asked=done) == []
