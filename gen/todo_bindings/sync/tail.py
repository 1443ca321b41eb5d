"""What sync, which keeps nothing, follows. Generated from its manifest and the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted, UserProfileChanged, UserSignedUp
from todo.notifications.v1 import NotificationCreated, NotificationDelivered, NotificationFailed, NotificationRead
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

FOLLOWED: Final[Mapping[str, tuple[type[Event], ...]]] = {
    "identity-events": (
        UserSignedUp,
        UserProfileChanged,
        SessionsRevoked,
        UserDeleted,
    ),
    "notifications": (
        NotificationCreated,
        NotificationDelivered,
        NotificationFailed,
        NotificationRead,
    ),
    "task-events": (
        TaskCreated,
        TaskUpdated,
        TaskCompleted,
        TaskReopened,
        TaskDropped,
        TaskDeleted,
        TaskUndeleted,
    ),
    "workspace-events": (
        WorkspaceCreated,
        WorkspaceUpdated,
        WorkspaceDeleted,
        MemberAdded,
        MemberRoleChanged,
        MemberRemoved,
    ),
}
"""Topic → the events that it carries."""
