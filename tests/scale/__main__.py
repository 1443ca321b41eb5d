"""Measures lists, filters, searches and changes on a million tasks, each beside its floor in the same run.

    python -m tests.scale [--tasks 1000000] [--rounds 300]

Exits with 1 where a target of the design is missed.
"""

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import quantiles

import uvloop
from todo_runtime.db import Database
from todo_runtime.service.lifecycle import GC_THRESHOLDS
from todo_stack.hosted import HostedStack, private_stack

from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.domain.order_by import order_of
from services.chat_api.tasks.filtering import (
    FilterContext,
    filter_of,
)
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.store.columns import (
    SELECTED,
)
from tests.integration.chat_api.conftest import NOW, Person, Room, draft, open_room
from tests.scale.load import load

Work = Callable[[], Awaitable[object]]
PAGE = 50
WITHOUT_INDEX = 1.8
"""What row-level security may cost where all tasks of a workspace are sorted: the planner expects few of them, and
reads them through an index."""
ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"
LISTS = {
    "list, by hand": ("", "", "true", "position, id"),
    "list, due < 2026-03-01, by due": ("due < 2026-03-01", "due", "due_date < '2026-03-01'", "due_date, due_time, id"),
    "list, open, priority >= HIGH": (
        "open AND priority >= HIGH",
        "",
        "status = 'open' AND priority >= 4",
        "position, id",
    ),
    "list, tags:milk": ("tags:milk", "", "tags @> '{milk}'", "position, id"),
    "sort, priority desc, due": ("", "priority desc, due", "true", "priority DESC, due_date, due_time, id"),
    "sort, title (no index)": ("", "title", "true", 'title COLLATE "und-x-icu", id'),
}
SEARCHES = {
    "search, rare": "777",
    "search, two words": "milk bread",
    "search, common": "milk",
    "search, beginning": "dent",
}
ALIKE = "search, slip of the pen"


@dataclass
class Times:
    """How long each run took, in ms."""

    runs: list[float] = field(default_factory=list)

    def at(self, percent: int) -> float:
        return quantiles(self.runs, n=100)[percent - 1]


@dataclass
class Report:
    """Lines of the table, and what was missed."""

    missed: list[str] = field(default_factory=list)

    def line(self, name: str, floor: Times, product: Times, percent: int, most: float) -> None:
        ratio = product.at(percent) / floor.at(percent)
        if ratio > most:
            self.missed.append(name)
        figures = f"{floor.at(50):8.2f} {floor.at(99):8.2f}   {product.at(50):8.2f} {product.at(99):8.2f}"
        print(f"{name:<44} {figures}   {ratio:6.2f} (p{percent}, at most {most})", flush=True)


async def interleaved(works: dict[str, Work], rounds: int) -> dict[str, Times]:
    """Each work `rounds` times, in turns, after a warm-up."""
    times = {name: Times() for name in works}
    for number in range(rounds + 5):
        for name, work in works.items():
            started = time.perf_counter()
            await work()
            if number >= 5:
                times[name].runs.append((time.perf_counter() - started) * 1_000)
    return times


def bare(query: str, database: Database, *, actor: Person | None = None, alone: bool = False) -> Work:
    """A query without the product: the superuser's is past row-level security.

    With `alone` it is what it costs: one process's work, and not that of workers which the planner may add.
    """

    async def run() -> None:
        async with database.transaction(actor.id if actor else None) as tx:
            if alone:
                await tx.execute(ALONE)
            await tx.fetch_all(query)

    return run


def _listing(person: Person, where: str, order: str) -> str:
    return (
        f"SELECT {SELECTED} FROM tasks WHERE workspace_id = '{person.workspace}' AND deleted_at IS NULL "
        f"AND {where} ORDER BY {order} LIMIT {PAGE + 1}"
    )


def _searching(person: Person, needle: str) -> str:
    return (
        f"SELECT {SELECTED} FROM (SELECT *, ts_rank(words, {needle}) AS rank FROM tasks "
        f"WHERE workspace_id = '{person.workspace}' AND deleted_at IS NULL AND words @@ {needle} LIMIT 5000) t "
        f"ORDER BY rank DESC, id LIMIT {PAGE + 1}"
    )


async def reads(room: Room, person: Person, title: str, rounds: int, report: Report) -> None:
    """Lists and searches beside the bare SQL, and row-level security beside none."""
    print(f"\n{title:<44} {'bare SQL p50':>8} {'p99':>4}   {'product p50':>8} {'p99':>4}   ms")
    for name, (asked, order, where, by) in LISTS.items():
        query = TaskQuery(
            status=None,
            limit=PAGE + 1,
            asked=filter_of(asked, FilterContext(person.id, "UTC", NOW)),
            order=order_of(order),
        )
        sql = _listing(person, where, by)
        times = await interleaved(
            {
                "floor": bare(sql, room.superuser),
                "unsecured": bare(sql, room.superuser, actor=person, alone=True),
                "secured": bare(sql, room.database, actor=person, alone=True),
                "product": lambda query=query: room.tasks.list_tasks(person.actor, "personal", query),  # type: ignore[misc]
            },
            rounds,
        )
        report.line(name, times["floor"], times["product"], 99, 3)
        most = WITHOUT_INDEX if "no index" in name else 1 / 0.9
        report.line(
            f"  row-level security, {name.split(',')[1].strip()}", times["unsecured"], times["secured"], 50, most
        )
    for name, words in SEARCHES.items():
        needle = "to_tsquery('simple', '" + " & ".join(f"''{word}''" for word in words.split()) + ":*')"
        works: dict[str, Work] = {
            "floor": bare(_searching(person, needle), room.superuser),
            "product": lambda words=words: room.tasks.search_tasks(person.actor, "personal", words, PAGE + 1),  # type: ignore[misc]
        }
        times = await interleaved(works, rounds)
        report.line(name, times["floor"], times["product"], 99, 3)
    alike = await interleaved(
        {"product": lambda: room.tasks.search_tasks(person.actor, "personal", "dentits bil", PAGE + 1)}, rounds
    )
    print(f"{ALIKE:<44} {'':17}   {alike['product'].at(50):8.2f} {alike['product'].at(99):8.2f}   no floor")


async def growth(room: Room, person: Person, small: Room, other: Person, rounds: int, report: Report) -> None:
    """What single operations cost in the large database, beside one of 10,000 tasks."""
    print(f"\n{'cost of growth':<44} {'10,000 p50':>8} {'p99':>6}   {'million p50':>8} {'p99':>6}   ms")
    here, there = Operations(room, person), Operations(small, other)
    for name in ("create", "update", "complete", "get", "list"):
        times = await interleaved({"floor": getattr(there, name), "product": getattr(here, name)}, rounds)
        report.line(name, times["floor"], times["product"], 50, 1.3)


@dataclass
class Operations:
    """Single operations of one person."""

    room: Room
    person: Person
    made: list[Task] = field(default_factory=list)
    known: Task = field(init=False)

    async def create(self) -> None:
        self.made.append(await self.room.tasks.create_task(self.person.actor, "personal", draft("buy milk")))

    async def update(self) -> None:
        task = self.made[len(self.made) // 2]
        self.made.append(self.made.pop(len(self.made) // 2))
        title = f"buy {time.perf_counter_ns()}"
        await self.room.tasks.update_task(self.person.actor, self.person.names(task), draft(title), {"title"})

    async def complete(self) -> None:
        self.known = self.made.pop()
        await self.room.tasks.complete_task(self.person.actor, self.person.names(self.known))

    async def get(self) -> None:
        await self.room.tasks.get_task(self.person.actor, self.person.names(self.known))

    async def list(self) -> None:
        await self.room.tasks.list_tasks(self.person.actor, "personal", TaskQuery(status=None, limit=PAGE + 1))


async def measure(stack: HostedStack, tasks: int, rounds: int) -> Report:
    """Everything; prints the table."""
    report = Report()
    async with AsyncExitStack() as opened:
        copies = [opened.enter_context(stack.database("chat_api")) for _ in range(2)]
        room, small = [await opened.enter_async_context(open_room(stack, copy)) for copy in copies]
        urls = [stack.blueprint.postgres_url(copy.name) for copy in copies]
        started = time.perf_counter()
        loaded = await load(room, urls[0], small=tasks - 210_000)
        other = await load(small, urls[1], small=0)
        print(f"{tasks:,} tasks loaded in {time.perf_counter() - started:.0f} s")
        await reads(room, loaded.large, "workspace of 200,000", rounds, report)
        await reads(room, loaded.middle, "workspace of 10,000", rounds, report)
        await growth(room, loaded.middle, small, other.middle, rounds, report)
        await growth(room, loaded.large, small, other.middle, rounds, report)
    return report


def main() -> None:
    """Runs all; the exit code says whether every target was met."""
    parser = argparse.ArgumentParser(prog="tests.scale")
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    given = parser.parse_args()
    gc.set_threshold(*GC_THRESHOLDS)  # as the services do
    gc.freeze()
    with private_stack() as stack, asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        report = loop.run(measure(stack, given.tasks, given.rounds))
    if report.missed:
        sys.exit(f"\nMissed: {', '.join(name.strip() for name in report.missed)}")
    print("\nAll targets are met.")


if __name__ == "__main__":
    main()
