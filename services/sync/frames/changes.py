"""Changes for clients, made from events."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from todo.events import Event
from todo.notifications.v1 import (
    NotificationCreated,
    NotificationDelivered,
    NotificationFailed,
    NotificationRead,
)
from todo.sync.v1.sync_service_pb2 import SubscribeResponse
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
from todo_product.resources import changed_fields_of, member_of, notification_of, task_of, workspace_of

from services.sync.domain.streams import OWN_STREAM
from services.sync.frames.encoding import JsonChange


def change_of(event: Event) -> JsonChange | None:
    """The change that an event means to clients; None for an event that they do not get."""
    builder = _BUILDERS.get(type(event))
    if builder is None:
        return None
    type_, build = builder
    return JsonChange(build(type_, event))


def _task(type_: str, event: Any) -> SubscribeResponse:
    return SubscribeResponse(
        type=type_,
        stream=f"workspaces/{event.task.record['workspace_id']}",
        task=task_of(event.task),
        changed=changed_fields_of(event.changed_fields),
        actor=f"users/{event.actor_id}",
    )


def _workspace(type_: str, event: Any) -> SubscribeResponse:
    resource = workspace_of(event.workspace)
    return SubscribeResponse(type=type_, stream=resource.name, workspace=resource, actor=f"users/{event.actor_id}")


def _member(type_: str, event: Any) -> SubscribeResponse:
    resource = member_of(event.member)
    stream = resource.name.partition("/members/")[0]
    return SubscribeResponse(type=type_, stream=stream, member=resource, actor=f"users/{event.actor_id}")


def _notification(type_: str, event: Any) -> SubscribeResponse:
    return SubscribeResponse(type=type_, stream=OWN_STREAM, notification=notification_of(event.notification))


_BUILDERS: Final[Mapping[type[Event], tuple[str, Callable[[str, Any], SubscribeResponse]]]] = {
    TaskCreated: ("task.created", _task),
    TaskUpdated: ("task.updated", _task),
    TaskCompleted: ("task.completed", _task),
    TaskReopened: ("task.reopened", _task),
    TaskDropped: ("task.dropped", _task),
    TaskDeleted: ("task.deleted", _task),
    TaskUndeleted: ("task.undeleted", _task),
    WorkspaceCreated: ("workspace.created", _workspace),
    WorkspaceUpdated: ("workspace.updated", _workspace),
    WorkspaceDeleted: ("workspace.deleted", _workspace),
    MemberAdded: ("member.added", _member),
    MemberRoleChanged: ("member.role_changed", _member),
    MemberRemoved: ("member.removed", _member),
    NotificationCreated: ("notification.created", _notification),
    NotificationDelivered: ("notification.delivered", _notification),
    NotificationFailed: ("notification.failed", _notification),
    NotificationRead: ("notification.read", _notification),
}
