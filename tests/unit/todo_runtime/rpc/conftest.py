"""A server of the test contract with a servicer that does what the text of a request says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
from todo_runtime.auth import Authenticator, Principal, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.errors import Unauthenticated
from todo_runtime.health import Health
from todo_runtime.rpc import Call, RpcLimits, RpcServer, channel

from tests.unit.todo_runtime.keys import make_keys
from tests.unit.todo_runtime.rpc.contract import EchoReply, EchoServicer

SERVICE = "/todo.test.v1.EchoService/"
LIMITS = RpcLimits(default_deadline=0.2, longest_deadline=0.4, longest_stream=0.4, grace=2.0)
KEYS = make_keys("people", "helper", "stranger")
PEOPLE = TokenIssuer("people", KEYS.pems["people"])
REVOKED = 13

Act = Callable[[Any, Call], Awaitable[Any]]


class Echo(EchoServicer):
    """Runs what a test puts into `act`, and echoes otherwise."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.act: Act | None = None
        self.streams_closed = 0

    async def echo(self, request: Any, call: Call) -> Any:
        self.calls.append(call)
        return EchoReply(text=request.text) if self.act is None else await self.act(request, call)

    open = operate = echo

    async def repeat(self, request: Any, call: Call) -> AsyncIterator[Any]:
        try:
            for _ in range(3):
                yield EchoReply(text=request.text)
            if self.act is not None:
                yield await self.act(request, call)
        finally:
            self.streams_closed += 1

    async def join(self, requests: AsyncIterator[Any], _call: Call) -> Any:
        return EchoReply(text="".join([request.text async for request in requests]))

    async def converse(self, requests: AsyncIterator[Any], _call: Call) -> AsyncIterator[Any]:
        async for request in requests:
            yield EchoReply(text=request.text)


@dataclass
class Rig:
    """A running server, a channel to it, and what the servicer saw."""

    server: RpcServer
    channel: grpc.aio.Channel
    echo: Echo
    health: Health
    user: UUID = field(default_factory=uuid4)

    def token(self, generation: int = 1, role: str | None = None) -> str:
        return PEOPLE.person(self.user, uuid4(), generation, timedelta(minutes=5), role)

    def person(self, generation: int = 1, role: str | None = None) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.token(generation, role)}"),)

    def service(self, name: str, on_behalf_of: UUID | None = None, cause: UUID | None = None) -> Any:
        credentials = ServiceCredentials(TokenIssuer(name, KEYS.pems[name]))
        return credentials.call_metadata(on_behalf_of=on_behalf_of, cause=cause)

    async def call(self, method: str, request: Any, metadata: Any = None, timeout: float | None = 5.0) -> Any:
        """Calls by gRPC, signed in unless `metadata` says otherwise; `request` may be bytes."""
        serialize = None if isinstance(request, bytes) else type(request).SerializeToString
        invoke: Any = self.channel.unary_unary(SERVICE + method, serialize, EchoReply.FromString)
        return await invoke(request, metadata=self.person() if metadata is None else metadata, timeout=timeout)


async def _guard(principal: Principal) -> None:
    await asyncio.sleep(0)
    if principal.generation == REVOKED:
        raise Unauthenticated("this session was ended", reason="SESSION_REVOKED")


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """A server at a free port."""
    echo, health = Echo(), Health()
    health.start()
    server = RpcServer(
        [echo],
        Authenticator(TokenVerifier(KEYS.jwks, person_issuer="people"), _guard),
        address="127.0.0.1:0",
        callers={SERVICE + "Echo": frozenset({"helper"})},
        health=health,
        limits=LIMITS,
    )
    async with server, channel(f"127.0.0.1:{server.port}") as opened:
        yield Rig(server, opened, echo, health)
