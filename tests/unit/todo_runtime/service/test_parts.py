"""The parts that a service asks for: what they are made of, and that they are the same in every replica."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from todo.ops.v1 import dead_letter_service_pb2 as pb
from todo_runtime.auth import Principal, TokenIssuer
from todo_runtime.config import Settings
from todo_runtime.errors import InvalidArgument, Unauthenticated
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.health import Health
from todo_runtime.rpc import Call, channel
from todo_runtime.secrets import SecretNotFoundError
from todo_runtime.service import Service

from tests.unit.todo_runtime.keys import make_keys
from tests.unit.todo_runtime.rpc.contract import EchoReply, EchoRequest, EchoServicer
from tests.unit.todo_runtime.service.test_lifecycle import SETTINGS

KEYS = make_keys("people", "sample", "other")


class Echo(EchoServicer):
    """Says what it hears, to people who are signed in."""

    async def echo(self, request: Any, _call: Call) -> Any:
        return EchoReply(text=request.text)


@pytest.fixture
def settings_of(tmp_path: Path) -> Callable[[str], Settings]:
    """The settings of a service, with secrets in a folder."""

    def make(name: str) -> Settings:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "signing-key").write_text(KEYS.pems[name])
        (folder / "jwks").write_text(KEYS.jwks)
        return replace(SETTINGS, service=name, secrets_dir=folder)

    return make


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Service]:
    async with AsyncExitStack() as parts:
        yield Service(settings, Health(), parts)


async def test_a_secret_that_is_missing_is_named(settings_of: Callable[[str], Settings]) -> None:
    async with opened(settings_of("sample")) as service:
        with pytest.raises(SecretNotFoundError, match="channel-key"):
            await service.secret("channel-key")
        assert await service.backing() is await service.backing()


async def test_replicas_read_each_others_page_tokens_and_other_services_do_not(
    settings_of: Callable[[str], Settings],
) -> None:
    tokens = []
    for name in ("sample", "sample", "other"):
        async with opened(settings_of(name)) as service:
            tokens.append(await service.page_tokens())
    first, replica, other = tokens
    token = first.asked(_request(), _call()).token_of(7)
    assert replica.asked(_request(token), _call()).after == 7
    with pytest.raises(InvalidArgument):
        other.asked(_request(token), _call())


@pytest.mark.parametrize(("issuer", "reason"), [("people", "SESSION_REVOKED"), ("other", "TOKEN_INVALID")])
async def test_the_server_takes_tokens_of_the_issuer_of_people_and_asks_the_guard(
    settings_of: Callable[[str], Settings], issuer: str, reason: str
) -> None:
    async def guard(_principal: Principal) -> None:
        raise Unauthenticated("The session has ended.", reason="SESSION_REVOKED")

    token = TokenIssuer(issuer, KEYS.pems[issuer]).person(uuid4(), uuid4(), 0, timedelta(minutes=5))
    async with opened(settings_of("sample")) as service:
        authenticator = await service.authenticator(guard, person_issuer="people")
        server = await service.enter(service.rpc_server([Echo()], authenticator, {}))
        async with channel(f"127.0.0.1:{server.port}") as door:
            invoke: Any = door.unary_unary(
                "/todo.test.v1.EchoService/Echo", EchoRequest.SerializeToString, EchoReply.FromString
            )
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await invoke(EchoRequest(text="x"), metadata=(("authorization", f"Bearer {token}"),), timeout=5)
    error = from_rpc_error(refused.value)
    assert isinstance(error, Unauthenticated)
    assert error.reason == reason


def _request(token: str = "") -> pb.ListDeadLettersRequest:
    return pb.ListDeadLettersRequest(page_token=token)


def _call() -> Call:
    return Call("", Principal(UUID(int=1)), UUID(int=3), None, 0.0, None)
