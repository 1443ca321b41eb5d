"""How a change of workspaces and their members is written: its stream locked, its answer kept, caches told."""

from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from psycopg import errors as pg
from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import NotFound, PermissionDenied
from todo_runtime.outbox import lock_streams

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared import request_table as requests
from services.chat_api.shared.idempotency import Request, once

T = TypeVar("T")
Work = Callable[[Transaction], Awaitable[T]]


class WorkspaceWriter:
    """The writer of this process."""

    def __init__(self, database: Database, access: AccessCache, clock: Clock) -> None:
        self._database = database
        self._access = access
        self._clock = clock

    async def in_workspace(self, user: UUID, workspace: UUID, request: Request[T] | None, work: Work[T]) -> T:
        """Does the work with the workspace locked, or answers what the request was answered before."""
        return await self._once(user, workspace, "workspace-events", request, work)

    async def of_person(self, user: UUID, request: Request[T] | None, work: Work[T]) -> T:
        """The same where there is no workspace yet, with the person locked."""
        return await self._once(user, user, "identity-events", request, work)

    async def open(self, user: UUID, name: str, request: Request[None] | None, *, own: bool = False) -> UUID | None:
        """The id of the workspace that a request means which may end the person's being there.

        None for its repeat: they are no member any more, and the first answer stands.
        """
        try:
            return await self._access.open(user, name, own=own)
        except NotFound:
            if await self._answered(user, name, request):
                return None
            raise

    async def _answered(self, user: UUID, name: str, request: Request[None] | None) -> bool:
        try:
            workspace = UUID(name)
        except ValueError:
            return False
        if request is None:
            return False
        async with self._database.transaction(user) as tx:
            return await requests.find(tx, workspace, user, request.key) is not None

    async def _once(self, user: UUID, scope: UUID, topic: str, request: Request[T] | None, work: Work[T]) -> T:
        async def run(tx: Transaction) -> T:
            await lock_streams(tx, [(topic, scope)])
            return await once(tx, scope, user, request, self._clock.now(), lambda: work(tx))

        try:
            return await self._database.run(run, user)
        except pg.InsufficientPrivilege as error:
            raise PermissionDenied("Your role in this workspace does not allow this.", reason="ROLE") from error
        finally:
            self._access.forget(user)
