"""The records that events carry, as the resources of the API: what a client sees is the same whichever way it comes.

Both sides are contracts (`todo.types.v1` in Avro, `todo.*.v1` in Protobuf); this is the one mapping between them.
"""

from collections.abc import Iterable
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from todo.notification.v1 import notification_service_pb2 as notification_pb2
from todo.task.v1 import task_pb2
from todo.types.v1 import Member, Notification, Task, Workspace
from todo.workspace.v1 import workspace_service_pb2 as workspace_pb2

_MICROS: Final = 1_000_000
_API_NAMES: Final = {
    "task_list_id": "task_list",
    "parent_task_id": "parent_task",
    "estimate_seconds": "estimate",
    "assignee_id": "assignee",
    "created_at": "create_time",
    "created_by": "creator",
    "updated_at": "update_time",
    "updated_by": "updater",
    "completed_at": "complete_time",
    "deleted_at": "delete_time",
}

_PLAIN: Final = ("title", "notes", "position")
"""The fields of a task that are the same text in both."""

Record = dict[str, Any]


def task_of(task: Task) -> task_pb2.Task:
    """The task in an event."""
    record = task.record
    workspace = f"workspaces/{record['workspace_id']}"
    resource = task_pb2.Task(
        name=f"{workspace}/tasks/{record['id']}",
        status=_enum(task_pb2.Status, "STATUS", record["status"]),
        priority=_enum(task_pb2.Priority, "PRIORITY", record["priority"]),
        tags=record["tags"],
        task_list=_name(f"{workspace}/taskLists", record["task_list_id"]),
        parent_task=_name(f"{workspace}/tasks", record["parent_task_id"]),
        due=_local_time(record["due"]),
        start=_local_time(record["start"]),
        reminders=[_reminder(one) for one in record["reminders"]],
        recurrence=_recurrence(workspace, record["recurrence"]),
        assignee=_name("users", record["assignee_id"]),
        etag=record["etag"],
        **{name: record[name] for name in _PLAIN},
    )
    _add_times(resource, record)
    return resource


def changed_fields_of(names: Iterable[str]) -> list[str]:
    """Names of fields in an event, as the API calls them."""
    return [_API_NAMES.get(name, name) for name in names]


def workspace_of(workspace: Workspace) -> workspace_pb2.Workspace:
    """The workspace in an event; the caller's role and the etag are not part of it."""
    record = workspace.record
    return workspace_pb2.Workspace(
        name=f"workspaces/{record['id']}",
        display_name=record["display_name"],
        kind=_enum(workspace_pb2.Workspace.Kind, "KIND", record["kind"]),
        create_time=timestamp(record["created_at"]),
        update_time=timestamp(record["updated_at"]),
    )


def member_of(member: Member) -> workspace_pb2.Member:
    """The member in an event; the address and the name are not part of it."""
    record = member.record
    return workspace_pb2.Member(
        name=f"workspaces/{record['workspace_id']}/members/{record['user_id']}",
        role=_enum(workspace_pb2.Role, "ROLE", record["role"]),
        join_time=timestamp(record["joined_at"]),
    )


def notification_of(notification: Notification) -> notification_pb2.Notification:
    """The notification in an event."""
    record = notification.record
    return notification_pb2.Notification(
        name=f"notifications/{record['id']}",
        kind=_enum(notification_pb2.Kind, "KIND", record["kind"]),
        title=record["title"],
        body=record["body"],
        task=_name(f"workspaces/{record['workspace_id']}/tasks", record["task_id"]),
        create_time=timestamp(record["created_at"]),
        read_time=timestamp(record["read_at"]),
    )


def timestamp(micros: int | None) -> Timestamp | None:
    """A timestamp from microseconds since 1970; None for None."""
    return None if micros is None else _from_micros(micros)


def _add_times(resource: task_pb2.Task, record: Record) -> None:
    if record["estimate_seconds"] is not None:
        resource.estimate.CopyFrom(Duration(seconds=record["estimate_seconds"]))
    resource.create_time.CopyFrom(_from_micros(record["created_at"]))
    resource.creator = f"users/{record['created_by']}"
    resource.update_time.CopyFrom(_from_micros(record["updated_at"]))
    resource.updater = f"users/{record['updated_by']}"
    if record["completed_at"] is not None:
        resource.complete_time.CopyFrom(_from_micros(record["completed_at"]))
    if record["deleted_at"] is not None:
        resource.delete_time.CopyFrom(_from_micros(record["deleted_at"]))


def _local_time(record: Record | None) -> task_pb2.LocalTime | None:
    if record is None:
        return None
    return task_pb2.LocalTime(
        date=record["date"],
        time=record["time"] or "",
        time_zone=record["time_zone"] or "",
        instant=timestamp(record["instant"]),
    )


def _reminder(record: Record) -> task_pb2.Reminder:
    before = record["before_due_seconds"]
    return task_pb2.Reminder(
        id=record["id"],
        before_due=None if before is None else Duration(seconds=before),
        at=timestamp(record["at"]) if before is None else None,
        fire_time=timestamp(record["fires_at"]),
    )


def _recurrence(workspace: str, record: Record | None) -> task_pb2.Recurrence | None:
    if record is None:
        return None
    return task_pb2.Recurrence(
        rule=record["rule"],
        basis=_enum(task_pb2.Recurrence.Basis, "BASIS", record["basis"]),
        series=record["series_id"],
        predecessor=_name(f"{workspace}/tasks", record["predecessor_task_id"]),
    )


def _from_micros(micros: int) -> Timestamp:
    seconds, rest = divmod(micros, _MICROS)
    return Timestamp(seconds=seconds, nanos=rest * 1_000)


def _name(collection: str, id_: str | None) -> str:
    return f"{collection}/{id_}" if id_ else ""


def _enum(enum: Any, prefix: str, symbol: str) -> Any:
    """The value of the same name; unspecified for a symbol that the API does not know."""
    name = f"{prefix}_{symbol}"
    return enum.Value(name) if name in enum.keys() else 0  # noqa: SIM118 - an enum wrapper is no mapping
