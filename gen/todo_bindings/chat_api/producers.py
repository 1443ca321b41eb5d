"""Producers of the topics that chat_api owns or may write. Generated from the catalogue."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted, UserProfileChanged, UserSignedUp
from todo.reminders.v1 import ReminderCancelled, ReminderDue
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
from todo_runtime.kafka import AvroCodec, EventMeta
from todo_runtime.outbox import Outgoing, outgoing

__all__ = [
    "IdentityEventsProducer",
    "RemindersProducer",
    "TaskEventsProducer",
    "WorkspaceEventsProducer",
]


class IdentityEventsProducer:
    """Makes messages for identity-events: People: sign-up, profile, revoked sessions, deletion.

    The key is the user id.
    """

    TOPIC: ClassVar[str] = "identity-events"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (
        UserSignedUp,
        UserProfileChanged,
        SessionsRevoked,
        UserDeleted,
    )

    __slots__ = ("_codec",)

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def user_signed_up(
        self,
        event: UserSignedUp,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a UserSignedUp; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "identity-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def user_profile_changed(
        self,
        event: UserProfileChanged,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a UserProfileChanged; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "identity-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def sessions_revoked(
        self,
        event: SessionsRevoked,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a SessionsRevoked; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "identity-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def user_deleted(
        self,
        event: UserDeleted,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a UserDeleted; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "identity-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )


class RemindersProducer:
    """Makes messages for reminders: Reminders that fell due, or no longer apply.

    The key is the workspace id.
    """

    TOPIC: ClassVar[str] = "reminders"
    EVENTS: ClassVar[tuple[type[Event], ...]] = (
        ReminderDue,
        ReminderCancelled,
    )

    __slots__ = ("_codec",)

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def reminder_due(
        self,
        event: ReminderDue,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a ReminderDue; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "reminders",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def reminder_cancelled(
        self,
        event: ReminderCancelled,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a ReminderCancelled; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "reminders",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )


class TaskEventsProducer:
    """Makes messages for task-events: Every change of a task, with the whole task after it.

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

    __slots__ = ("_codec",)

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def task_created(
        self,
        event: TaskCreated,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskCreated; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def task_updated(
        self,
        event: TaskUpdated,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskUpdated; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def task_completed(
        self,
        event: TaskCompleted,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskCompleted; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def task_reopened(
        self,
        event: TaskReopened,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskReopened; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def task_dropped(
        self,
        event: TaskDropped,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskDropped; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def task_deleted(
        self,
        event: TaskDeleted,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskDeleted; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def task_undeleted(
        self,
        event: TaskUndeleted,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a TaskUndeleted; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "task-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )


class WorkspaceEventsProducer:
    """Makes messages for workspace-events: Workspaces and who belongs to them.

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

    __slots__ = ("_codec",)

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec

    def workspace_created(
        self,
        event: WorkspaceCreated,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a WorkspaceCreated; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "workspace-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def workspace_updated(
        self,
        event: WorkspaceUpdated,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a WorkspaceUpdated; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "workspace-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def workspace_deleted(
        self,
        event: WorkspaceDeleted,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a WorkspaceDeleted; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "workspace-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def member_added(
        self,
        event: MemberAdded,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a MemberAdded; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "workspace-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def member_role_changed(
        self,
        event: MemberRoleChanged,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a MemberRoleChanged; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "workspace-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )

    def member_removed(
        self,
        event: MemberRemoved,
        *,
        key: UUID,
        subject: str,
        time: datetime,
        event_id: UUID | None = None,
        correlation_id: UUID | None = None,
        causation_id: UUID | None = None,
        cause: EventMeta | None = None,
    ) -> Outgoing:
        """Encode a MemberRemoved; raises PermanentlyBad when it breaks its contract."""
        return outgoing(
            self._codec,
            "workspace-events",
            event,
            key=key,
            subject=subject,
            time=time,
            event_id=event_id,
            correlation_id=correlation_id,
            causation_id=causation_id,
            cause=cause,
        )
