"""Tasks as JSON Lines: the contract's Task in proto3 JSON, one per line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from todo.task.v1 import task_pb2 as pb
from todo_runtime.errors import InvalidArgument
from todo_runtime.proto_time import instant_of

from services.chat_api.tasks.domain.model import Priority, Status, Task
from services.chat_api.tasks.rpc.messages import draft_of, task_message
from services.chat_api.transfer.model import FileTask, bad_file, bounded, decoded, is_own_key, line_location

_STATUS = {
    pb.STATUS_UNSPECIFIED: Status.OPEN,
    pb.STATUS_OPEN: Status.OPEN,
    pb.STATUS_COMPLETED: Status.COMPLETED,
    pb.STATUS_DROPPED: Status.DROPPED,
}
_PRIORITIES = {0, *map(int, Priority)}
_MAX_LISTED = 1_000


def write(listed: Sequence[tuple[Task, str]]) -> bytes:
    """The lines of some tasks, each with the name of its list."""
    return b"".join(_line(task, list_name) for task, list_name in listed)


def _line(task: Task, list_name: str) -> bytes:
    message = task_message(task)
    message.task_list_display_name = list_name
    return MessageToJson(message, indent=None).encode() + b"\n"


def read(data: bytes) -> list[FileTask]:
    """The tasks of a file; blank lines are skipped. Raises InvalidArgument with the line at fault."""
    lines = enumerate(decoded(data).split("\n"), 1)
    return bounded(_file_task(text, line_location(number)) for number, text in lines if text.strip())


def _file_task(text: str, location: str) -> FileTask:
    message = _message(text, location)
    if message.priority not in _PRIORITIES or message.status not in _STATUS:
        raise bad_file(location, "The priority or the status is not one of the contract's.")
    try:
        draft = draft_of(message)
        done_at = instant_of(message.complete_time, "task.complete_time") if message.HasField("complete_time") else None
    except InvalidArgument as error:
        field = error.violations[0].field.removeprefix("task.") if error.violations else ""
        raise bad_file(f"{location}.{field}", str(error)) from error
    # A list that the file does not name gets a name of its own, so that its tasks stay together.
    unnamed = f"Imported list {str(draft.task_list_id)[-12:]}" if draft.task_list_id else ""
    return FileTask(
        replace(draft, parent_id=None),
        location,
        status=_STATUS[message.status],
        completed_at=done_at,
        key=message.name,
        parent=message.parent_task,
        list_name=message.task_list_display_name or unnamed,
        position=message.position,
        stable=is_own_key(message.name),
    )


def _message(text: str, location: str) -> pb.Task:
    try:
        return ParseDict(json.loads(text, object_pairs_hook=_object), pb.Task(), max_recursion_depth=10)
    except (ParseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise bad_file(location, f"This is not a task in JSON: {str(error)[:200]}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object without repeated fields, and with no longer lists than a task can have: such are slow to parse."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field occurs twice")
    for name, value in pairs:
        if isinstance(value, list) and len(value) > _MAX_LISTED:
            raise ValueError(f"{name[:40]} has more than {_MAX_LISTED:,} elements")
    return fields
