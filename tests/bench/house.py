"""What the benchmarks share: the stack with the services that one wants, people, floors, bounds and the report."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import grpc
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack

from tests.bench.people import Person, sign_up
from tests.bench.rates import Path, Rate, interleaved
from tests.bench.report import Report

SERVICES = frozenset({"chat_api", "audit", "sync", "recurring_task", "notification"})
_PEOPLE = 32


@dataclass(frozen=True)
class Sizes:
    """Bounds: seconds and number of rounds, messages and reminders of one round, and of the large ones."""

    seconds: float
    rounds: int
    messages: int
    due: int
    backlog: int
    connections: int


@dataclass
class House:
    """A stack on which services come and go. `floor` is a copy of chat_api's database that nobody else uses."""

    stack: HostedStack
    floor: ServiceDatabase
    channel: grpc.aio.Channel
    sizes: Sizes
    report: Report
    _running: frozenset[str] = SERVICES
    _people: list[Person] = field(default_factory=list)

    async def arrange(self, wanted: frozenset[str]) -> None:
        """Lets exactly these services run."""
        for service in sorted(self._running - wanted):
            await asyncio.to_thread(self.stack.halt, service)
        for service in sorted(wanted - self._running):
            await asyncio.to_thread(self.stack.resume, service)
        self._running = wanted

    async def people(self, count: int = _PEOPLE) -> list[Person]:
        """People with accounts, made when they are missing; chat_api has to run then."""
        if missing := max(0, count - len(self._people)):
            self._people += await sign_up(self.channel, missing)
        return self._people[:count]

    async def interleaved(self, paths: dict[str, Path]) -> list[Rate]:
        """The rates of paths, as often and as long as the sizes say."""
        return await interleaved(paths, seconds=self.sizes.seconds, rounds=self.sizes.rounds)


@dataclass(frozen=True)
class Section:
    """One benchmark. `services` have to run for it, and no others do."""

    name: str
    services: frozenset[str]
    measure: Callable[[House], Awaitable[None]]
