"""The wheel for programs outside: it works in an environment of its own, with nothing of the services inside."""

import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from todo.client import Todo
from todo.identity.v1.identity_service_pb2 import GetMeRequest, SignUpRequest
from todo_stack.hosted import HostedStack
from todo_stack.paths import CLONE

UV = CLONE / ".venv" / "bin" / "uv"
EXAMPLES = CLONE / "docs" / "examples"
INSIDE = (
    "services",
    "todo_bindings",
    "todo_calendar",
    "todo_cli",
    "todo_client_runtime",
    "todo_contracts",
    "todo_product",
    "todo_runtime",
    "todo_stack",
)


def _run(*command: str | Path, folder: Path, **environment: str) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def _build(target: Path) -> Path:
    command = ("build", "--wheel", "--no-build-isolation", "--python", CLONE / ".venv/bin/python", "--out-dir")
    _run(UV, *command, target, CLONE / "gen", folder=target, SOURCE_DATE_EPOCH="1700000000")
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel and what it asks for, in the versions of the lock, and no sight of this clone."""
    folder = tmp_path_factory.mktemp("outside")
    versions = re.findall(r"^\S+==\S+", (CLONE / "requirements.lock").read_text(), re.MULTILINE)
    (folder / "versions.txt").write_text("\n".join(versions))
    _install(folder, wheel)
    return folder / "env" / "bin" / "python"


def _install(folder: Path, wheel: Path) -> None:
    shared = {name: os.environ[name] for name in os.environ if name.startswith(("UV_", "PIP_", "SSL_", "HTTP"))}
    cache = subprocess.run([str(UV), "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
    environment = {**shared, "UV_CACHE_DIR": cache}
    _run(UV, "venv", "--python", CLONE / ".venv/bin/python", folder / "env", folder=folder, **environment)
    install = (UV, "pip", "install", "--python", folder / "env", "--constraint", folder / "versions.txt")
    _run(*install, wheel, "confluent-kafka", "fastavro", "httpx", folder=folder, **environment)


def test_it_holds_the_contracts_and_nothing_of_the_services(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"todo", "buf"}


def test_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert _build(tmp_path).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("name", INSIDE)
def test_nothing_of_the_inside_is_there(python: Path, name: str, tmp_path: Path) -> None:
    script = f"import importlib.util, sys; sys.exit(importlib.util.find_spec('{name}') is not None)"
    _run(python, "-I", "-c", script, folder=tmp_path)


def test_the_first_example_runs(python: Path, running_system: HostedStack, tmp_path: Path) -> None:
    said = _run(python, EXAMPLES / "tasks.py", _address(running_system, "chat_api"), folder=tmp_path)
    assert "Buy milk, due 2026-12-01" in said
    assert "is done" in said
    assert "INVALID_ARGUMENT: task.title" in said


def test_the_events_are_read_off_kafka(python: Path, running_system: HostedStack, tmp_path: Path) -> None:
    plan = running_system.blueprint
    _run(python, EXAMPLES / "tasks.py", _address(running_system, "chat_api"), folder=tmp_path)
    said = _run(python, EXAMPLES / "events.py", plan.kafka_bootstrap, plan.registry_url, folder=tmp_path)
    assert "Water the plants" in said.splitlines()


@pytest.fixture
def following(python: Path, running_system: HostedStack, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """The example that follows changes, with a token that nobody gave out."""
    targets = (_address(running_system, name) for name in ("chat_api", "sync"))
    command = [str(python), str(EXAMPLES / "changes.py"), "no-token", *targets]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_a_stranger_follows_nothing(following: "subprocess.Popen[str]") -> None:
    _, said = following.communicate(timeout=60)
    assert following.returncode != 0
    assert "UNAUTHENTICATED" in said


async def test_a_token_is_fetched_for_every_call(running_system: HostedStack) -> None:
    address = _address(running_system, "chat_api")
    async with Todo(address) as todo:
        request = SignUpRequest(email=f"{uuid4()}@example.com", password="correct horse battery")
        tokens = (await todo.identity.sign_up(request)).tokens
    asked = 0

    async def fetch() -> str:
        nonlocal asked
        asked += 1
        return tokens.access_token

    async with Todo(address, token=fetch) as todo:
        assert (await todo.identity.get_me(GetMeRequest())).email == request.email
        await todo.identity.get_me(GetMeRequest())
    assert asked == 2


def _address(system: HostedStack, service: str) -> str:
    return f"127.0.0.1:{system.blueprint.ports[f'{service}_grpc']}"
