"""Supervision of small real processes: first starts that fail, restarts, halts."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from todo_stack import supervisor
from todo_stack.errors import StackError
from todo_stack.process import Launch
from todo_stack.supervisor import State, Unit
from todo_stack.watcher import Watcher


@dataclass
class Script:
    """A component that runs a shell script; it is ready when the script has made the file `ready`."""

    folder: Path
    script: str
    prepared: int = 0

    name = "script"
    title = "The script"

    @property
    def ports(self) -> dict[str, int]:
        return {}

    def prepare(self) -> None:
        self.prepared += 1
        (self.folder / "ready").unlink(missing_ok=True)

    def launch(self) -> Launch:
        return Launch(self.name, ("/bin/sh", "-c", self.script), self.folder)

    def is_ready(self) -> bool:
        return (self.folder / "ready").exists()


@dataclass
class Stage:
    """What a test gets: a way to make units, and what they said and became."""

    folder: Path
    watcher: Watcher
    said: list[str]
    units: list[Unit]

    def unit(self, script: str) -> Unit:
        component = Script(self.folder, script)
        unit = Unit(component, self.folder / "log", self.watcher, lambda: None, self.said.append)
        self.units.append(unit)
        return unit


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    watcher = Watcher()
    await watcher.start()
    made = Stage(tmp_path, watcher, [], [])
    yield made
    for unit in made.units:
        await unit.stop()
    await watcher.close()


async def test_a_component_is_ready_when_it_answers(stage: Stage) -> None:
    unit = stage.unit("touch ready; exec sleep 60")

    await unit.start()

    assert unit.state is State.READY
    assert unit.child
    assert unit.child.exit_code is None


async def test_a_failing_first_start_is_an_error_with_the_end_of_the_log(stage: Stage) -> None:
    unit = stage.unit("echo disk is on fire; exit 7")

    with pytest.raises(StackError, match=r"ended while it started \(exit code 7\).*\ndisk is on fire"):
        await unit.start()

    assert unit.state is State.STOPPED
    assert unit.child is None


async def test_a_silent_first_start_is_an_error(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "_START_TIMEOUT", 0.1)
    unit = stage.unit("exec sleep 60")

    with pytest.raises(StackError, match="did not answer within 0 s"):
        await unit.start()

    assert unit.child is None


async def test_a_killed_component_is_started_again(stage: Stage) -> None:
    unit = stage.unit("touch ready; exec sleep 60")
    await unit.start()
    assert unit.child
    first = unit.child.pid

    unit.kill(signal.SIGKILL)
    assert unit.state is State.RESTARTING
    await unit.ready(10)

    assert unit.child.pid != first
    assert unit.restarts == 1
    assert stage.said == ["The script ended (SIGKILL); starting it again.", "The script is back."]


async def test_a_component_that_keeps_ending_is_tried_with_growing_pauses(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "_LONGEST_PAUSE", 0.05)
    unit = stage.unit("[ -e broken ] && exit 1; touch ready; exec sleep 60")
    await unit.start()
    (stage.folder / "broken").touch()

    unit.kill()
    async with asyncio.timeout(10):
        while unit.restarts < 4:  # noqa: ASYNC110 (the supervisor counts, it does not tell)
            await asyncio.sleep(0.01)
    (stage.folder / "broken").unlink()

    await unit.ready(10)
    assert unit.state is State.READY


async def test_a_stopped_component_stays_stopped_and_can_be_started_again(stage: Stage) -> None:
    unit = stage.unit("touch ready; exec sleep 60")
    await unit.start()

    await unit.stop()
    with pytest.raises(StackError, match="The script does not run"):
        unit.kill()

    await unit.start()
    assert unit.child
    assert unit.child.exit_code is None


async def test_a_frozen_component_is_stopped_too(stage: Stage) -> None:
    unit = stage.unit("touch ready; exec sleep 60")
    await unit.start()
    unit.kill(signal.SIGSTOP)

    async with asyncio.timeout(5):
        await unit.stop()

    assert unit.restarts == 0


async def test_a_start_that_is_broken_off_leaves_nothing(stage: Stage) -> None:
    unit = stage.unit("exec sleep 60")
    starting = asyncio.create_task(unit.start())
    async with asyncio.timeout(5):
        while unit.child is None:  # noqa: ASYNC110 (it appears in the middle of the start)
            await asyncio.sleep(0.01)
    child = unit.child

    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert child.exit_code is not None
    assert unit.state is State.STOPPED


async def test_starting_what_runs_starts_nothing(stage: Stage) -> None:
    unit = stage.unit("touch ready; exec sleep 60")
    await unit.start()
    first = unit.child
    await unit.start()
    assert unit.child is first
    assert isinstance(unit.component, Script)
    assert unit.component.prepared == 1
