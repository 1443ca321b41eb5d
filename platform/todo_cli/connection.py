"""One gRPC connection for one command: the channel, the person's token, and a deadline on every call."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import grpc
from todo.identity.v1 import identity_service_pb2 as identity
from todo.identity.v1.client import IdentityServiceClient

from todo_cli.session import SessionFile, from_tokens

DEFAULT_TARGET = "127.0.0.1:50051"
DEFAULT_SYNC_URL = "ws://127.0.0.1:8090/v1/sync"


@dataclass(frozen=True)
class Connection:
    """An open channel and the token that its calls carry."""

    channel: grpc.aio.Channel
    target: str
    token: str | None

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The person's token as call metadata; empty before sign-in."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()


@asynccontextmanager
async def anonymous(target: str) -> AsyncIterator[Connection]:
    """A connection without a token, for sign-up and sign-in."""
    async with _channel(target) as channel:
        yield Connection(channel, target, None)


@asynccontextmanager
async def signed_in(target: str) -> AsyncIterator[Connection]:
    """A connection with the person's token, which is refreshed if it has expired."""
    async with _channel(target) as channel:
        yield Connection(channel, target, await access_token(channel, target))


async def access_token(channel: grpc.aio.Channel, target: str) -> str:
    """A valid access token: from TODO_TOKEN, from the session file, or refreshed."""
    if token := os.environ.get("TODO_TOKEN"):
        return token
    sessions = SessionFile()
    session = sessions.load(target)
    if session.is_stale(datetime.now(UTC)):
        request = identity.RefreshTokenRequest(refresh_token=session.refresh_token)
        response = await IdentityServiceClient(channel).refresh_token(request)
        session = from_tokens(response.tokens, session.email)
        sessions.save(target, session)
    return session.access_token


def _channel(target: str) -> grpc.aio.Channel:
    if target.startswith("https://"):
        return grpc.aio.secure_channel(target.removeprefix("https://"), grpc.ssl_channel_credentials())
    return grpc.aio.insecure_channel(target)
