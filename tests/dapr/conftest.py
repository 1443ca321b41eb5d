"""The stores of the runtime, local and behind a real daprd: one suite for both.

The half that needs daprd is marked slow: `make test-dapr` runs it, `make test` the other one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from todo_runtime.config import DaprSettings
from todo_runtime.db import Database
from todo_runtime.secrets import DaprSecrets, LocalSecrets, SecretStore
from todo_runtime.sidecar import Sidecar
from todo_runtime.state import DaprState, LocalState, StateStore
from todo_stack.databases import ServiceDatabase

from tests.dapr import program
from tests.dapr.sidecar import TOKEN, Daprd

SERVICE = "chat_api"
SECRETS = {"signing-key": "-----BEGIN KEY-----\nabc\n", "jwks": '{"keys": []}\n'}
BOTH = ["local", pytest.param("dapr", marks=pytest.mark.slow)]

DaprdOf = Callable[[ServiceDatabase], Daprd]


@dataclass
class Bench:
    """Both kinds of store over one sidecar."""

    daprd: Daprd
    sidecar: Sidecar


@pytest.fixture(scope="session")
def daprd_program() -> Path:
    """The program; `make test-dapr` has built it before."""
    return program.obtain()


@pytest.fixture
def daprd_of(daprd_program: Path, tmp_path: Path) -> Iterator[DaprdOf]:
    """Makes chat_api's sidecar on a database of chat_api; it isn't started, and is ended after the test."""
    made: list[Daprd] = []

    def make(database: ServiceDatabase) -> Daprd:
        made.append(Daprd(daprd_program, tmp_path / f"daprd-{len(made)}", SERVICE, database.url("owner")))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
async def bench(daprd_of: DaprdOf, database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[Bench]:
    """A running sidecar that holds SECRETS, and a client of it."""
    daprd = await asyncio.to_thread(daprd_of, database_of(SERVICE))
    daprd.keep(SECRETS)
    await daprd.start()
    async with Sidecar(DaprSettings(daprd.endpoint, TOKEN)) as sidecar:
        yield Bench(daprd, sidecar)


@pytest.fixture
async def local_state(database_of: Callable[[str], ServiceDatabase]) -> AsyncIterator[StateStore]:
    """The table in a database of chat_api."""
    async with Database(database_of(SERVICE).url()) as database:
        yield LocalState(database)


@pytest.fixture(params=BOTH)
def state(request: pytest.FixtureRequest) -> StateStore:
    """An empty store of each kind."""
    if request.param == "dapr":
        bench: Bench = request.getfixturevalue("bench")
        return DaprState(bench.sidecar)
    found: StateStore = request.getfixturevalue("local_state")
    return found


@pytest.fixture(params=BOTH)
def secrets(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStore:
    """A store of each kind that holds SECRETS."""
    if request.param == "dapr":
        bench: Bench = request.getfixturevalue("bench")
        return DaprSecrets(bench.sidecar, SERVICE)
    for name, text in SECRETS.items():
        (tmp_path / name).write_text(text)
    return LocalSecrets(tmp_path)
