"""Asks chat_api for what a service does not know about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import grpc
from todo.identity.v1.client import AccessServiceClient
from todo.identity.v1.identity_service_pb2 import GetAccessRequest, GetAccessResponse
from todo_runtime.auth.credentials import ServiceCredentials
from todo_runtime.errors import RetryLater

from todo_product.access.state import Access, Membership, Profile, Role

TIMEOUT: Final = 5.0
_RETRY_AFTER: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Heads:
    """Sequence numbers of the last events in a workspace's streams; 0 before the first."""

    task: int
    workspace: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A person's access with the heads of their workspaces' streams, as of the same time."""

    access: Access
    heads: Mapping[UUID, Heads]


class AccessSource:
    """A client of todo.identity.v1.AccessService."""

    def __init__(self, client: AccessServiceClient, credentials: ServiceCredentials) -> None:
        self._client = client
        self._credentials = credentials

    async def fetch(self, user: UUID) -> Snapshot | None:
        """What chat_api answers; None for an unknown or deleted person. Raises RetryLater."""
        request = GetAccessRequest(user=f"users/{user}")
        try:
            metadata = self._credentials.call_metadata()
            response = await self._client.get_access(request, timeout=TIMEOUT, metadata=metadata)
        except grpc.aio.AioRpcError as error:
            if error.code() is grpc.StatusCode.NOT_FOUND:
                return None
            raise RetryLater(
                f"chat_api cannot say just now who may do what ({error.code().name}).", _RETRY_AFTER
            ) from error
        return _snapshot(user, response)


def _snapshot(user: UUID, response: GetAccessResponse) -> Snapshot:
    own = response.personal_workspace
    access = Access(
        user,
        complete=True,
        generation=response.generation,
        revoked_sessions=frozenset(UUID(session) for session in response.revoked_sessions),
        profile=Profile(
            response.identity_sequence,
            response.time_zone,
            response.locale,
            _workspace_id(own) if own else None,
        ),
        memberships={
            _workspace_id(one.workspace): Membership(one.workspace_sequence, Role(one.role))
            for one in response.memberships
        },
    )
    heads = {
        _workspace_id(one.workspace): Heads(one.task_sequence, one.workspace_sequence) for one in response.memberships
    }
    return Snapshot(access, heads)


def _workspace_id(name: str) -> UUID:
    return UUID(name.removeprefix("workspaces/"))
