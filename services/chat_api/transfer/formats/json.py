"""Tasks as lines of JSON: the contract's Task in proto3 JSON, one a line. Here, and not in the domain, for that."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from google.protobuf.json_format import MessageToJson, ParseDict, ParseError
from todo.task.v1 import task_pb2 as pb
from todo_runtime.errors import InvalidArgument

from services.chat_api.shared.proto_time import instant_of
from services.chat_api.tasks.domain.model import Priority, Status, Task
from services.chat_api.tasks.rpc.messages import draft_of, task_message
from services.chat_api.transfer.model import Entry, bounded, is_own_key, line, text_of, wrong

_STATUS = {
    pb.STATUS_UNSPECIFIED: Status.OPEN,
    pb.STATUS_OPEN: Status.OPEN,
    pb.STATUS_COMPLETED: Status.COMPLETED,
    pb.STATUS_DROPPED: Status.DROPPED,
}
_PRIORITIES = {0, *map(int, Priority)}
_MAX_LISTED = 1_000


def write(listed: Sequence[tuple[Task, str]]) -> bytes:
    """The lines of some tasks, each given with the name of its list."""
    return b"".join(_line(task, list_name) for task, list_name in listed)


def _line(task: Task, list_name: str) -> bytes:
    message = task_message(task)
    message.task_list_display_name = list_name
    return MessageToJson(message, indent=None).encode() + b"\n"


def read(data: bytes) -> list[Entry]:
    """The tasks of a file; blank lines are left out. Raises InvalidArgument with the line at fault."""
    lines = enumerate(text_of(data).split("\n"), 1)
    return bounded(_entry(text, line(number)) for number, text in lines if text.strip())


def _entry(text: str, place: str) -> Entry:
    message = _message(text, place)
    if message.priority not in _PRIORITIES or message.status not in _STATUS:
        raise wrong(place, "The priority or the status is none of the contract's.")
    try:
        draft = draft_of(message)
        done_at = instant_of(message.complete_time, "task.complete_time") if message.HasField("complete_time") else None
    except InvalidArgument as error:
        field = error.violations[0].field.removeprefix("task.") if error.violations else ""
        raise wrong(f"{place}.{field}", str(error)) from error
    # Where a file doesn't say the name, the list gets one of its own, so that its tasks stay together.
    unnamed = f"Imported list {str(draft.task_list_id)[-12:]}" if draft.task_list_id else ""
    return Entry(
        replace(draft, parent_id=None),
        place,
        status=_STATUS[message.status],
        completed_at=done_at,
        key=message.name,
        parent=message.parent_task,
        list_name=message.task_list_display_name or unnamed,
        position=message.position,
        lasting=is_own_key(message.name),
    )


def _message(text: str, place: str) -> pb.Task:
    try:
        return ParseDict(json.loads(text, object_pairs_hook=_object), pb.Task(), max_recursion_depth=10)
    except (ParseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise wrong(place, f"This is no task in JSON: {str(error)[:200]}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says each thing once, and in lists no more than any task could: the rest is slow to read."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is there twice")
    for name, value in pairs:
        if isinstance(value, list) and len(value) > _MAX_LISTED:
            raise ValueError(f"{name[:40]} has more than {_MAX_LISTED:,} elements")
    return found
