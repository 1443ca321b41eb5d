"""People who use the system in a benchmark: signed up over gRPC, each with a workspace."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import grpc
from todo.identity.v1 import identity_service_pb2 as identity
from todo.identity.v1.client import IdentityServiceClient


@dataclass(frozen=True)
class Person:
    """A signed-up person. `metadata` authenticates a call."""

    user: UUID
    workspace: UUID
    token: str
    email: str

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return (("authorization", f"Bearer {self.token}"),)

    @property
    def parent(self) -> str:
        return f"workspaces/{self.workspace}"


PASSWORD = "correct horse battery"


async def sign_up(channel: grpc.aio.Channel, count: int) -> list[Person]:
    """New people, a few at a time: hashing their passwords takes the server's cores."""
    client = IdentityServiceClient(channel)
    gate = asyncio.Semaphore(4)

    async def one() -> Person:
        request = identity.SignUpRequest(email=f"{uuid4()}@example.com", password=PASSWORD)
        async with gate:
            answer = await client.sign_up(request, timeout=60)
        user, workspace = (UUID(name.rpartition("/")[2]) for name in (answer.user.name, answer.user.personal_workspace))
        return Person(user, workspace, answer.tokens.access_token, request.email)

    return list(await asyncio.gather(*(one() for _ in range(count))))
