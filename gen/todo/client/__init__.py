"""The client for programs outside: every service that people may call, on one connection. Generated from proto/.

    async with Todo("localhost:50051", token=token) as todo:
        await todo.task.create_task(CreateTaskRequest(parent="workspaces/personal", task=Task(title="Buy milk")))

Calls have a deadline (10 s unless `timeout` says otherwise), are retried where that is safe, and fail with
grpc.aio.AioRpcError; `todo.errors.details_of` reads the details of such an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import grpc.aio

from todo.audit.v1.client import AuditServiceClient
from todo.chat.v1.client import ChatServiceClient
from todo.connection import Retry, Token, connect
from todo.identity.v1.client import IdentityServiceClient
from todo.notification.v1.client import NotificationServiceClient
from todo.recurrence.v1.client import RecurrenceServiceClient
from todo.sync.v1.client import SyncServiceClient
from todo.task.v1.client import TaskServiceClient
from todo.workspace.v1.client import WorkspaceServiceClient

__all__ = ["Retry", "Todo", "Token"]


class Todo:
    """One attribute for each service. Use it as an async context manager, or call `close`."""

    audit: AuditServiceClient
    """What has happened: every event, kept for ever as it was, append-only and hash-chained.

    A stream is a topic and a parent: a workspace (task-events, workspace-events, reminders) or a person
    (identity-events, notifications). Its events are numbered from 1 without a gap. The log follows the system by a
    moment: an event can be listed here some milliseconds after it happened.

    Members may read the streams of their workspaces, and everybody their own; operators and the services that fill
    gaps may read all of them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, UNAVAILABLE with a retry hint while a part is down.
    """
    chat: ChatServiceClient
    """Tasks by talking: a message in plain words becomes commands, and the answer says what was done.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or is not the caller's. A message that is not understood is no error:
    the reply says so and shows what can be said.
    """
    identity: IdentityServiceClient
    """Who a person is: sign-up, tokens, profile.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED for a wrong password or
    token (without saying which part was wrong), RESOURCE_EXHAUSTED after too many attempts.
    """
    notification: NotificationServiceClient
    """What a person is told, and over which channels.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or is not the caller's.
    """
    recurrence: RecurrenceServiceClient
    """Repeating tasks: what comes when, and the series that were made.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see.
    """
    sync: SyncServiceClient
    """Changes as they happen. The same is to be had over a WebSocket, `GET /v1/sync` with the subprotocol `todo.v1.json`:
    there the first frame is `{"type":"auth","token":"…","cursors":{…}}`, and every frame from the server is a
    SubscribeResponse in JSON.

    A stream is what a cursor belongs to: `workspaces/{workspace}`, or `users/me` for what concerns only the caller.
    Within a stream no change is left out, doubled or put before an earlier one. What a change brings is the whole
    resource after it, so it can be applied whatever the client had before.
    """
    task: TaskServiceClient
    """Tasks and what belongs to them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, PERMISSION_DENIED for what the caller sees but
    may not change, RESOURCE_EXHAUSTED over a quota, UNAVAILABLE with a retry hint while a part is down.
    """
    workspace: WorkspaceServiceClient
    """Workspaces and who belongs to them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, PERMISSION_DENIED for what the caller's role
    does not allow, FAILED_PRECONDITION where a workspace would lose its last owner.
    """

    def __init__(
        self,
        target: str,
        *,
        token: Token | None = None,
        targets: Mapping[str, str] | None = None,
        credentials: grpc.ChannelCredentials | None = None,
        plaintext: bool | None = None,
        retry: Retry | None = None,
    ) -> None:
        """`target` is `host:port`; `targets` maps attributes to other addresses, where one server does not serve all.
        TLS, with `credentials` or the system's certificates, except to this machine or with `plaintext`.

        Raises ValueError for a name in `targets` that is not a service.
        """
        unknown = sorted(
            set(targets or ())
            - {
                "audit",
                "chat",
                "identity",
                "notification",
                "recurrence",
                "sync",
                "task",
                "workspace",
            }
        )
        if unknown:
            raise ValueError(f"there is no service {', '.join(unknown)}")
        self._channels: dict[str, grpc.aio.Channel] = {}

        def channel(service: str) -> grpc.aio.Channel:
            address = (targets or {}).get(service, target)
            if address not in self._channels:
                self._channels[address] = connect(
                    address, token=token, credentials=credentials, plaintext=plaintext, retry=retry or Retry()
                )
            return self._channels[address]

        self.audit = AuditServiceClient(channel("audit"))
        self.chat = ChatServiceClient(channel("chat"))
        self.identity = IdentityServiceClient(channel("identity"))
        self.notification = NotificationServiceClient(channel("notification"))
        self.recurrence = RecurrenceServiceClient(channel("recurrence"))
        self.sync = SyncServiceClient(channel("sync"))
        self.task = TaskServiceClient(channel("task"))
        self.workspace = WorkspaceServiceClient(channel("workspace"))

    async def __aenter__(self) -> Self:
        """Connects on the first call."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections; calls in flight are cancelled."""
        for channel in self._channels.values():
            await channel.close()
