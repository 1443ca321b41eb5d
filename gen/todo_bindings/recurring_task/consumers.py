"""Base classes for what recurring_task does with the topics that it reads. Generated from the catalogue.

Override the methods that matter; events without a method of their own are passed over undecoded.
"""

from __future__ import annotations

from typing import ClassVar

from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted, UserProfileChanged, UserSignedUp
from todo.task_events.v1 import (
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDropped,
    TaskReopened,
    TaskUndeleted,
    TaskUpdated,
)
from todo.workspace_events.v1 import (
    MemberAdded,
    MemberRemoved,
    MemberRoleChanged,
    WorkspaceCreated,
    WorkspaceDeleted,
    WorkspaceUpdated,
)
from todo_runtime.db import Transaction
from todo_runtime.kafka import EventMeta, TypedConsumer

__all__ = [
    "IdentityEventsConsumer",
    "TaskEventsConsumer",
    "WorkspaceEventsConsumer",
]


class IdentityEventsConsumer(TypedConsumer):
    """Reads identity-events: People: sign-up, profile, revoked sessions, deletion.

    The key is the user id.
    """

    TOPIC: ClassVar[str] = "identity-events"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (
        UserSignedUp,
        UserProfileChanged,
        SessionsRevoked,
        UserDeleted,
    )

    async def on_user_signed_up(self, tx: Transaction, event: UserSignedUp, meta: EventMeta) -> None:
        """Act on one UserSignedUp."""

    async def on_user_profile_changed(self, tx: Transaction, event: UserProfileChanged, meta: EventMeta) -> None:
        """Act on one UserProfileChanged."""

    async def on_sessions_revoked(self, tx: Transaction, event: SessionsRevoked, meta: EventMeta) -> None:
        """Act on one SessionsRevoked."""

    async def on_user_deleted(self, tx: Transaction, event: UserDeleted, meta: EventMeta) -> None:
        """Act on one UserDeleted."""


class TaskEventsConsumer(TypedConsumer):
    """Reads task-events: Every change of a task, with the whole task after it.

    The key is the workspace id.
    """

    TOPIC: ClassVar[str] = "task-events"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (
        TaskCreated,
        TaskUpdated,
        TaskCompleted,
        TaskReopened,
        TaskDropped,
        TaskDeleted,
        TaskUndeleted,
    )

    async def on_task_created(self, tx: Transaction, event: TaskCreated, meta: EventMeta) -> None:
        """Act on one TaskCreated."""

    async def on_task_updated(self, tx: Transaction, event: TaskUpdated, meta: EventMeta) -> None:
        """Act on one TaskUpdated."""

    async def on_task_completed(self, tx: Transaction, event: TaskCompleted, meta: EventMeta) -> None:
        """Act on one TaskCompleted."""

    async def on_task_reopened(self, tx: Transaction, event: TaskReopened, meta: EventMeta) -> None:
        """Act on one TaskReopened."""

    async def on_task_dropped(self, tx: Transaction, event: TaskDropped, meta: EventMeta) -> None:
        """Act on one TaskDropped."""

    async def on_task_deleted(self, tx: Transaction, event: TaskDeleted, meta: EventMeta) -> None:
        """Act on one TaskDeleted."""

    async def on_task_undeleted(self, tx: Transaction, event: TaskUndeleted, meta: EventMeta) -> None:
        """Act on one TaskUndeleted."""


class WorkspaceEventsConsumer(TypedConsumer):
    """Reads workspace-events: Workspaces and who belongs to them.

    The key is the workspace id.
    """

    TOPIC: ClassVar[str] = "workspace-events"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (
        WorkspaceCreated,
        WorkspaceUpdated,
        WorkspaceDeleted,
        MemberAdded,
        MemberRoleChanged,
        MemberRemoved,
    )

    async def on_workspace_created(self, tx: Transaction, event: WorkspaceCreated, meta: EventMeta) -> None:
        """Act on one WorkspaceCreated."""

    async def on_workspace_updated(self, tx: Transaction, event: WorkspaceUpdated, meta: EventMeta) -> None:
        """Act on one WorkspaceUpdated."""

    async def on_workspace_deleted(self, tx: Transaction, event: WorkspaceDeleted, meta: EventMeta) -> None:
        """Act on one WorkspaceDeleted."""

    async def on_member_added(self, tx: Transaction, event: MemberAdded, meta: EventMeta) -> None:
        """Act on one MemberAdded."""

    async def on_member_role_changed(self, tx: Transaction, event: MemberRoleChanged, meta: EventMeta) -> None:
        """Act on one MemberRoleChanged."""

    async def on_member_removed(self, tx: Transaction, event: MemberRemoved, meta: EventMeta) -> None:
        """Act on one MemberRemoved."""
