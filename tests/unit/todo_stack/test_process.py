"""Children: their logs, their end, and the watcher that takes them along."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from todo_stack.process import Child, Launch, open_log, spawn, tail
from todo_stack.watcher import Watcher

_STUBBORN = "trap '' TERM; echo started; while :; do read -r _ < /dev/zero; done"


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    watching = Watcher()
    await watching.start()
    yield watching
    await watching.close()


def _launch(tmp_path: Path, script: str, *, stop_timeout: float = 5) -> Launch:
    return Launch("child", ("/bin/sh", "-c", script), tmp_path, {"GREETING": "hello"}, stop_timeout=stop_timeout)


async def _written(log: Path, text: str) -> None:
    async with asyncio.timeout(5):
        while text not in tail(log):  # noqa: ASYNC110 (another process writes it)
            await asyncio.sleep(0.01)


async def test_output_goes_to_the_log(tmp_path: Path, watcher: Watcher) -> None:
    log = tmp_path / "logs" / "child.log"

    child = await spawn(_launch(tmp_path, "echo $GREETING; echo oops >&2"), log=log, group=watcher.group)

    assert await child.wait() == 0
    assert log.read_text() == "hello\noops\n"


async def test_the_shell_of_the_caller_does_not_leak(
    tmp_path: Path, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", "secret")
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "intranet.test")

    child = await spawn(_launch(tmp_path, "env"), log=tmp_path / "log", group=watcher.group)
    await child.wait()

    environment = (tmp_path / "log").read_text().splitlines()
    assert not any(line.startswith("SOME_TOKEN") for line in environment)
    assert "https_proxy=http://proxy.test:3128" in environment
    assert "NO_PROXY=intranet.test,127.0.0.1,localhost" in environment


async def test_a_stubborn_child_is_killed(tmp_path: Path, watcher: Watcher) -> None:
    log = tmp_path / "log"
    child = await spawn(_launch(tmp_path, _STUBBORN, stop_timeout=0.1), log=log, group=watcher.group)
    await _written(log, "started")

    await child.stop()

    assert child.exit_code == -signal.SIGKILL


async def test_a_willing_child_ends_by_itself(tmp_path: Path, watcher: Watcher) -> None:
    child = await spawn(_launch(tmp_path, "exec sleep 60"), log=tmp_path / "log", group=watcher.group)

    await child.stop()

    assert child.exit_code == -signal.SIGTERM


async def test_children_live_in_the_watchers_group(tmp_path: Path, watcher: Watcher) -> None:
    child = await spawn(_launch(tmp_path, "exec sleep 60"), log=tmp_path / "log", group=watcher.group)

    assert os.getpgid(child.pid) == watcher.group != os.getpgrp()
    await child.stop()


async def test_a_killed_watcher_is_replaced_in_the_same_group(tmp_path: Path, watcher: Watcher) -> None:
    child = await spawn(_launch(tmp_path, "exec sleep 60"), log=tmp_path / "log", group=watcher.group)
    group = watcher.group

    os.kill(group, signal.SIGKILL)

    assert await _other_member(group, child) != group
    await child.stop()


async def _other_member(group: int, child: Child) -> int:
    async with asyncio.timeout(5):
        while True:
            members = {p.pid for p in psutil.process_iter() if _group(p.pid) == group} - {child.pid, group}
            if members:
                return members.pop()
            await asyncio.sleep(0.01)


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


_SUPERVISOR = """
import asyncio, pathlib, sys
from todo_stack.process import Launch, spawn
from todo_stack.watcher import Watcher

async def main():
    watcher = Watcher()
    await watcher.start()
    stubborn = Launch("child", ("/bin/sh", "-c", sys.argv[1]), pathlib.Path.cwd())
    children = [await spawn(stubborn, log=pathlib.Path("log"), group=watcher.group) for _ in range(3)]
    print(watcher.group, *(child.pid for child in children), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    command = (sys.executable, "-c", _SUPERVISOR, _STUBBORN)
    supervisor = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE)
    assert supervisor.stdout
    pids = [int(word) for word in (await supervisor.stdout.readline()).split()]
    processes = [psutil.Process(pid) for pid in pids]
    await _written(tmp_path / "log", "started")

    supervisor.kill()
    await supervisor.wait()

    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, 5)
    assert alive == []


def test_a_large_log_is_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("todo_stack.process._LOG_LIMIT", 10)
    log = tmp_path / "child.log"

    for number in range(6):
        with open_log(log) as file:
            file.write(b"x" * 10 + str(number).encode())

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "child.log",
        "child.log.1",
        "child.log.2",
        "child.log.3",
    ]
    assert log.read_text().endswith("5")
    assert (tmp_path / "child.log.1").read_text().endswith("4")


def test_the_end_of_a_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\ntwo\xff\nthree\n")

    assert tail(log, 2) == "two\ufffd\nthree"
    assert tail(tmp_path / "absent") == ""
