"""The commands as a person uses them: processes of their own, real signals, no network."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psutil
import psycopg
import pytest
from todo_stack import record
from todo_stack.hosted import scratch_data
from todo_stack.paths import DataDir
from todo_stack.ports import reserved_offset

pytestmark = pytest.mark.own_stack

_TIMEOUT = 100
_NO_NETWORK = {
    "TODO_MAVEN_REPOSITORY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}


class CommandLine:
    """`todo` on a data folder of its own, without a network."""

    def __init__(self, data: DataDir, offset: int) -> None:
        self.data = data
        self.offset = offset

    def command(self, name: str, *options: str) -> list[str]:
        return [sys.executable, "-m", "todo_stack", name, "--data-dir", str(self.data.root), *options]

    def run(self, name: str, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        env = {**os.environ, **_NO_NETWORK, **environment}
        command = self.command(name, *options)
        return subprocess.run(command, capture_output=True, text=True, env=env, timeout=_TIMEOUT)

    def up(self, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return self.run("up", "--detach", "--port-offset", str(self.offset), *options, **environment)

    def foreground(self, *options: str) -> "subprocess.Popen[str]":
        command = self.command("up", "--port-offset", str(self.offset), *options)
        env = {**os.environ, **_NO_NETWORK}
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)

    def status(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return content

    def processes(self) -> list[psutil.Process]:
        known = record.read(self.data)
        assert known
        found = (record.process_of(component) for component in known.components)
        return [process for process in found if process]

    def query(self, text: str) -> list[tuple[Any, ...]]:
        password = json.loads((self.data.secrets / "passwords.json").read_text())["postgres"]
        url = f"postgresql://postgres:{password}@127.0.0.1:{5433 + self.offset}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(text.encode())
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def todo() -> Iterator[CommandLine]:
    with scratch_data() as data, reserved_offset([]) as offset:
        line = CommandLine(data, offset)
        yield line
        line.run("down")


def _wait_for_line(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stdout
    seen = []
    for line in process.stdout:
        seen.append(line)
        if text in line:
            return
    pytest.fail(f"{text!r} was not printed, but: {''.join(seen)}")


def test_data_survives_and_the_second_start_is_fast_and_offline(todo: CommandLine) -> None:
    first = todo.up("--only", "postgres,kafka,registry")
    assert first.returncode == 0, first.stderr + first.stdout
    assert "Everything is ready" in first.stdout
    todo.query("create table kept as select 42 as answer")

    state = todo.status()
    assert state["ready"]
    assert {part["name"]: part["state"] for part in state["components"]} == dict.fromkeys(
        ("supervisor", "postgres", "kafka", "registry"), "ready"
    )
    assert all(part["memory"] > 0 for part in state["components"])
    again = todo.up("--only", "postgres")
    assert again.returncode == 1
    assert "Another stack (process" in again.stdout + again.stderr

    processes = todo.processes()
    assert todo.run("down").returncode == 0
    assert not any(process.is_running() for process in processes)
    assert not todo.status()["running"]

    begun = time.monotonic()
    second = todo.up("--only", "postgres,kafka,registry")
    assert second.returncode == 0, second.stderr + second.stdout
    assert time.monotonic() - begun < 20
    assert todo.query("select answer from kept") == [(42,)]


def test_a_killed_supervisor_leaves_nothing_and_a_start_right_after_works(todo: CommandLine) -> None:
    assert todo.up("--only", "postgres,kafka").returncode == 0
    known = record.read(todo.data)
    assert known
    family = [child for one in todo.processes() for child in (one, *one.children(recursive=True))]
    assert len(family) > 5

    os.kill(known.pid, signal.SIGKILL)

    restarted = todo.up("--only", "postgres,kafka")
    assert restarted.returncode == 0, restarted.stdout + restarted.stderr
    assert not any(process.is_running() for process in family)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(todo: CommandLine, number: signal.Signals) -> None:
    with todo.foreground("--only", "postgres") as process:
        _wait_for_line(process, "Ctrl-C")
        children = todo.processes()

        process.send_signal(number)

        output, _ = process.communicate(timeout=_TIMEOUT)
    assert process.returncode == 0
    assert output.splitlines()[-2:] == ["Stopping...", "Stopped."]
    assert not any(child.is_running() for child in children)
    assert "database system is shut down" in (todo.data.logs / "postgres.log").read_text()


def test_a_signal_during_the_start_leaves_nothing(todo: CommandLine) -> None:
    with todo.foreground("--only", "postgres,kafka") as process:
        _wait_for_line(process, "PostgreSQL ")
        children = todo.processes()

        process.send_signal(signal.SIGINT)

        process.communicate(timeout=_TIMEOUT)
    assert process.returncode == 130
    assert not any(child.is_running() for child in children)
    assert not todo.data.state.exists()


def test_a_lock_of_a_server_that_no_longer_runs_is_cleared(todo: CommandLine) -> None:
    assert todo.up("--only", "postgres").returncode == 0
    assert todo.run("down").returncode == 0
    lock = todo.data.postgres.resolve() / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{lock.parent}\n0\n5433\n\n\n0 0\nready\n")

    assert todo.up("--only", "postgres").returncode == 0


def test_a_start_that_was_cut_off_while_it_made_its_folders_is_repeated(todo: CommandLine) -> None:
    (todo.data.root / "postgres.part").mkdir(parents=True)
    (todo.data.root / "postgres.part" / "PG_VERSION").write_text("18\n")
    (todo.data.kafka / "segments").mkdir(parents=True)
    (todo.data.kafka / "segments" / "meta.properties").write_text("broken")

    started = todo.up("--only", "postgres,kafka")

    assert started.returncode == 0, started.stdout + started.stderr


def test_an_empty_cache_without_a_network_is_explained(todo: CommandLine) -> None:
    cache = todo.data.root / "cache"

    started = todo.up("--only", "postgres", TODO_CACHE_DIR=str(cache))

    assert started.returncode == 1
    assert "can't be downloaded" in started.stdout
    assert "TODO_MAVEN_REPOSITORY" in started.stdout
    assert "Traceback" not in started.stdout + started.stderr


def test_a_component_that_fails_to_start_says_why(todo: CommandLine) -> None:
    assert todo.up("--only", "postgres").returncode == 0
    assert todo.run("down").returncode == 0
    (todo.data.postgres.resolve() / "postgresql.conf").write_text("no such setting = 1\n")

    started = todo.up("--only", "postgres")

    assert started.returncode == 1
    assert "PostgreSQL ended while it started (exit code 1)" in started.stdout
    assert "syntax error" in started.stdout


def test_an_unknown_service_is_answered_with_the_known_ones(todo: CommandLine) -> None:
    started = todo.up("--only", "postgres,chat")

    assert started.returncode == 1
    assert "There is no service chat: choose from audit" in started.stdout
