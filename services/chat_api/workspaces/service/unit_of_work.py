"""The unit of work of workspaces: one transaction with a stream locked and the answer kept."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import NotFound, PermissionDenied
from todo_runtime.idempotency import Replay, Request
from todo_runtime.outbox import lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.request_table import REQUESTS

T = TypeVar("T")
Method = Callable[[Transaction], Awaitable[T]]


class WorkspaceUnitOfWork:
    """Runs the changes that people make to workspaces and to their membership of them."""

    def __init__(self, database: Database, access: AccessCache, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._clock = clock

    async def run(self, user: UUID, workspace: UUID, request: Request[T] | None, method: Method[T]) -> T | Replay:
        """Runs `method` with the workspace locked, unless the request was answered before."""
        return await self._once(user, workspace, "workspace-events", request, method)

    async def run_for_person(self, user: UUID, request: Request[T] | None, method: Method[T]) -> T | Replay:
        """Runs `method` with the person locked: for changes that have no workspace yet."""
        return await self._once(user, user, "identity-events", request, method)

    async def open(self, user: UUID, workspace: str, request: Request[T] | None, *, own: bool = False) -> UUID | Replay:
        """The id of a workspace, for a request that may end the person's membership.

        A repeat comes from somebody who is no longer a member: it gets its first answer. Raises NotFound.
        """
        try:
            return await self._access.open(user, workspace, own=own)
        except NotFound:
            replay = await self._replay(user, workspace, request)
            if replay is None:
                raise
            return replay

    async def _replay(self, user: UUID, workspace: str, request: Request[T] | None) -> Replay | None:
        try:
            workspace_id = UUID(workspace)
        except ValueError:
            return None
        if request is None:
            return None
        async with self._database.transaction(user) as tx:
            return await REQUESTS.find(tx, (workspace_id, user), request.key)

    async def _once(
        self, user: UUID, scope: UUID, topic: str, request: Request[T] | None, method: Method[T]
    ) -> T | Replay:
        async def locked(tx: Transaction) -> T | Replay:
            await lock_streams(tx, [(topic, scope)])
            return await REQUESTS.once(tx, (scope, user), request, self._clock.now(), lambda: method(tx))

        try:
            return await self._database.run(locked, user)
        except pg.InsufficientPrivilege as error:
            raise PermissionDenied("Your role in this workspace does not allow this.", reason="ROLE") from error
        finally:
            self._access.evict(user)
