"""A service's life: start, failure, signals, the order of its end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from todo_runtime.config import ConfigError, Settings
from todo_runtime.service import Service
from todo_runtime.service.lifecycle import serve

ENVIRONMENT = {
    "TODO_SERVICE": "sample",
    "TODO_GRPC_PORT": "0",
    "TODO_METRICS_PORT": "0",
    "TODO_KAFKA_BOOTSTRAP": "127.0.0.1:9092",
    "TODO_REGISTRY_URL": "http://127.0.0.1:8081",
    "TODO_SECRETS_DIR": ".",
}
SETTINGS = Settings.from_environment(ENVIRONMENT)


class Recorder:
    """Parts that say when they begin and end."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.running = asyncio.Event()

    @asynccontextmanager
    async def part(self, name: str) -> AsyncIterator[str]:
        self.seen.append(f"+{name}")
        try:
            yield name
        finally:
            self.seen.append(f"-{name}")

    async def flush(self) -> None:
        self.seen.append("flush")

    async def task(self, name: str) -> None:
        self.seen.append(f"+{name}")
        self.running.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.seen.append(f"-{name}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_parts_in_reverse(number: signal.Signals) -> None:
    recorder = Recorder()

    async def start(service: Service) -> None:
        await service.enter(recorder.part("database"))
        service.spawn("relay", recorder.task("relay"))
        service.on_stop(recorder.flush)
        await service.enter(recorder.part("server"))

    running = asyncio.create_task(serve(SETTINGS, start))
    await asyncio.wait_for(recorder.running.wait(), 5)
    os.kill(os.getpid(), number)
    assert await asyncio.wait_for(running, 5) == 0
    assert recorder.seen == ["+database", "+server", "+relay", "-server", "flush", "-relay", "-database"]


async def test_a_part_that_fails_ends_the_service() -> None:
    recorder = Recorder()

    async def broken() -> None:
        raise ValueError("no")

    async def start(service: Service) -> None:
        await service.enter(recorder.part("database"))
        service.spawn("relay", broken())

    assert await asyncio.wait_for(serve(SETTINGS, start), 5) == 1
    assert recorder.seen == ["+database", "-database"]


async def test_a_part_that_merely_ends_is_a_failure_too() -> None:
    async def start(service: Service) -> None:
        service.spawn("relay", asyncio.sleep(0))

    assert await asyncio.wait_for(serve(SETTINGS, start), 5) == 1


@pytest.mark.parametrize(("error", "code"), [(RuntimeError("no"), 1), (ConfigError(["TODO_X is not set"]), 2)])
async def test_a_start_that_fails_closes_what_it_had(error: Exception, code: int) -> None:
    recorder = Recorder()

    async def start(service: Service) -> None:
        await service.enter(recorder.part("database"))
        raise error

    assert await asyncio.wait_for(serve(SETTINGS, start), 5) == code
    assert recorder.seen == ["+database", "-database"]


async def test_a_stop_while_starting_gives_the_start_up() -> None:
    recorder = Recorder()

    async def start(service: Service) -> None:
        await service.enter(recorder.part("database"))
        service.stop()
        await asyncio.get_running_loop().create_future()

    assert await asyncio.wait_for(serve(SETTINGS, start), 5) == 0
    assert recorder.seen == ["+database", "-database"]


async def test_a_part_that_does_not_end_is_left_behind() -> None:
    recorder = Recorder()

    async def start(service: Service) -> None:
        await service.enter(recorder.part("database"))
        service.on_stop(never)
        service.stop()

    async def never() -> None:
        await asyncio.get_running_loop().create_future()

    assert await asyncio.wait_for(serve(SETTINGS, start, stop_seconds=0.05), 5) == 1
    assert recorder.seen == ["+database", "-database"]


async def test_health_says_when_it_has_started() -> None:
    ready: list[bool] = []

    async def start(service: Service) -> None:
        ready.append(service.health.ready)
        service.health.subscribe(lambda: ready.append(service.health.ready))
        service.health.subscribe(service.stop)

    assert await asyncio.wait_for(serve(SETTINGS, start), 5) == 0
    assert ready == [False, True, False]


SCRIPT = """
import asyncio, sys
from todo_runtime.service import Service, run_service

async def start(service: Service) -> None:
    service.on_stop(never)
    print("running", flush=True)

async def never() -> None:
    print("stopping", flush=True)
    await asyncio.get_running_loop().create_future()

run_service(start)
"""


def process(tmp_path: Path, environ: dict[str, str]) -> subprocess.Popen[str]:
    script = tmp_path / "main.py"
    script.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, script],
        env={"PATH": os.environ["PATH"]} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_second_signal_ends_the_process_at_once(tmp_path: Path) -> None:
    with process(tmp_path, ENVIRONMENT) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if line.startswith(("running", "stopping")):
                running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 128 + signal.SIGTERM


def test_an_unusable_configuration_is_told_and_nothing_starts(tmp_path: Path) -> None:
    with process(tmp_path, ENVIRONMENT | {"TODO_GRPC_PORT": "x", "TODO_SERVICE": ""}) as running:
        out, told = running.communicate(timeout=10)
    assert running.returncode == 2
    line = orjson.loads(out)
    assert [problem.split()[0] for problem in line["problems"]] == ["TODO_SERVICE", "TODO_GRPC_PORT"]
    assert (line["level"], told) == ("critical", "")


def test_a_crash_is_a_line_of_the_log(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with process(tmp_path, ENVIRONMENT | {"TODO_METRICS_PORT": port}) as running:
            out, told = running.communicate(timeout=10)
    line = orjson.loads(out)
    assert (running.returncode, line["event"], line["level"]) == (1, "process_crashed", "critical")
    assert port in line["error_message"]
    assert told == ""
