"""The stack as a whole: in which order it starts and stops, and how to reach into it while it runs.

Guarantees: `start` leaves everything running or nothing; steps that do not need each other run side by side;
one data folder is used by one stack at a time; `stop` ends services first, PostgreSQL last.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from todo_stack import preflight, record
from todo_stack.blueprint import Blueprint, StackConfig, draw
from todo_stack.components import Component
from todo_stack.components.service import Service
from todo_stack.contracts import bring_schemas, bring_topics
from todo_stack.databases import prepare_databases
from todo_stack.download import Say
from todo_stack.errors import StackError
from todo_stack.ports import check_free
from todo_stack.supervisor import Unit
from todo_stack.watcher import Watcher

_STOP_ORDER = ("registry", "kafka", "postgres")
_READY_TIMEOUT = 90.0


class Stack:
    """One running stack; use it as an async context manager, or call `start` and `stop`."""

    def __init__(self, config: StackConfig, *, say: Say = lambda _: None) -> None:
        """`say` gets a sentence of progress now and then, from any thread."""
        self.config = config
        self._interrupted = False
        self._say = say
        self._started = time.time()
        self._ready = False
        self._watcher = Watcher()
        self._units: dict[str, Unit] = {}
        self._held = contextlib.ExitStack()
        self._blueprint: Blueprint | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def blueprint(self) -> Blueprint:
        """The parts with their ports, folders and passwords. Raises StackError before `start`."""
        if self._blueprint is None:
            raise StackError("The stack has not been started.")
        return self._blueprint

    async def start(self) -> None:
        """Start everything. Raises StackError, after having stopped what was started."""
        self._held.enter_context(preflight.sole_use(self.config.data))
        try:
            await self._prepare()
            await self._watcher.start()
            await self._start_all()
        except BaseException:
            self._interrupted = True
            await asyncio.shield(self.stop())
            raise
        self._ready = True
        self._publish()

    async def stop(self) -> None:
        """Stop what runs: services, then the registry, Kafka, PostgreSQL. Bounded; safe to repeat."""
        self._ready = False
        services = [unit for name, unit in self._units.items() if name not in _STOP_ORDER]
        await asyncio.gather(*(unit.stop() for unit in services))
        for name in _STOP_ORDER:
            if name in self._units:
                await self._units[name].stop()
        self._units = {}
        await self._watcher.close()
        self.config.data.state.unlink(missing_ok=True)
        self._held.close()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a component or service a signal. What ends from it is started again by itself."""
        self._unit(name).kill(number)

    async def ready(self, name: str, timeout: float = _READY_TIMEOUT) -> None:
        """Wait until it answers (again). Raises TimeoutError."""
        await self._unit(name).ready(timeout)

    async def halt(self, name: str) -> None:
        """Stop one component in order and keep it stopped until `resume`."""
        await self._unit(name).stop()

    async def resume(self, name: str) -> None:
        """Start a halted component again and wait until it answers."""
        await self._unit(name).start()

    async def run_from(self, roots: Mapping[str, Path]) -> None:
        """Run services from other clones and wait until they answer."""
        units = [(self._unit(name), root) for name, root in roots.items()]
        await asyncio.gather(*(unit.stop() for unit, _ in units))
        for unit, root in units:
            if not isinstance(unit.component, Service):
                raise StackError(f"{unit.component.title} is no service: it has no clone to run from.")
            unit.component = replace(unit.component, root=root)
        await asyncio.gather(*(unit.start() for unit, _ in units))

    def pid(self, name: str) -> int:
        """The process id of a running component."""
        child = self._unit(name).child
        if child is None:
            raise StackError(f"{name} does not run.")
        return child.pid

    def _unit(self, name: str) -> Unit:
        if name not in self._units:
            raise StackError(f"{name} is not part of this stack: it has {', '.join(self._units)}.")
        return self._units[name]

    async def _prepare(self) -> None:
        data = self.config.data
        preflight.check_space(data)
        await asyncio.to_thread(preflight.await_leftovers, data)
        drawn = asyncio.to_thread(draw, self.config, say=self._say, interrupted=lambda: self._interrupted)
        self._blueprint = await drawn
        check_free({what: port for part in self.blueprint.components for what, port in part.ports.items()})
        self._units = {
            part.name: Unit(part, data.logs / f"{part.name}.log", self._watcher, self._publish, self._say)
            for part in self.blueprint.components
        }

    async def _start_all(self) -> None:
        plan = self.blueprint
        await _together(self._start_postgres(), self._start_kafka(), self._start_registry())
        await _together(*(self._start(service) for service in plan.services))

    async def _start_postgres(self) -> None:
        plan = self.blueprint
        if plan.postgres:
            await self._start(plan.postgres)
            await self._step("Databases", prepare_databases, plan)

    async def _start_kafka(self) -> None:
        plan = self.blueprint
        if plan.kafka:
            await self._start(plan.kafka)
            await self._step("Topics", bring_topics, plan.config.root, plan.kafka_bootstrap)

    async def _start_registry(self) -> None:
        plan = self.blueprint
        if plan.registry:
            await self._start(plan.registry)
            await self._step("Schemas", bring_schemas, plan.config.root, plan.registry_url)

    async def _start(self, component: Component) -> None:
        begun = time.monotonic()
        await self._units[component.name].start()
        self._say_ready(component.title, begun)

    async def _step(self, title: str, work: Callable[..., None], *arguments: object) -> None:
        begun = time.monotonic()
        await asyncio.to_thread(work, *arguments)
        self._say_ready(title, begun)

    def _say_ready(self, title: str, begun: float) -> None:
        self._say(f"{title:<28} ready  {time.monotonic() - begun:5.1f} s")

    def _publish(self) -> None:
        """Tell other processes what runs. Nothing is said once the stack is being put away."""
        if not self._blueprint:
            return
        components = tuple(_recorded(unit) for unit in self._units.values())
        addresses = self._blueprint.addresses
        snapshot = record.StackRecord(os.getpid(), self._started, self._ready, addresses, components)
        record.write(self.config.data, snapshot)


async def _together(*steps: Coroutine[Any, Any, None]) -> None:
    """Run the steps side by side; the first failure cancels the others and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _recorded(unit: Unit) -> record.ComponentRecord:
    part, child = unit.component, unit.child
    running = child if child and child.exit_code is None else None
    return record.ComponentRecord(
        name=part.name,
        title=part.title,
        state=unit.state,
        pid=running.pid if running else None,
        started=running.started if running else None,
        restarts=unit.restarts,
        ports=dict(part.ports),
        log=str(unit.log),
    )
