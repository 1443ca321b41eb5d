"""A task as files describe it, what is refused whatever the format, and how errors name their location in a file."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from todo_runtime.errors import FieldViolation, InvalidArgument

from services.chat_api.shared.resource_names import task_name
from services.chat_api.tasks.domain.fields import PLAIN_IN_DRAFTS
from services.chat_api.tasks.domain.model import Status, Task, TaskDraft

MAX_TASKS = 10_000
MAX_BYTES = 20 * 1024 * 1024
_MAX_ESTIMATE = timedelta(hours=10_000)
_MAX_RULE = 500
_OWN_KEY = re.compile(r"workspaces/[0-9a-f-]{36}/tasks/[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class FileTask:
    """One task of a file. `location` says where in the file, e.g. `lines[3]`.

    `key` identifies it: others name it as their `parent`, and a `stable` key means the same task in every file. Tasks
    with a `position` are in the order of that, the others in that of the file. `list_name` is empty for the inbox.
    """

    draft: TaskDraft
    location: str
    status: Status = Status.OPEN
    completed_at: datetime | None = None
    key: str = ""
    parent: str = ""
    list_name: str = ""
    position: str = ""
    stable: bool = False
    updated_at: datetime | None = None


def file_task_of(task: Task, list_name: str = "", location: str = "") -> FileTask:
    """A task of this product as a file describes it."""
    recurrence = task.recurrence
    draft = TaskDraft(
        priority=task.priority,
        tags=task.tags,
        due=task.due,
        start=task.start,
        reminders=task.reminders,
        estimate=task.estimate,
        assignee_id=task.assignee_id,
        **{name: getattr(task, name) for name in PLAIN_IN_DRAFTS},
    )
    if recurrence is not None:
        draft = replace(draft, rule=recurrence.rule, basis=recurrence.basis)
    return FileTask(
        draft,
        location,
        status=task.status,
        completed_at=task.completed_at,
        key=task_name(task.workspace_id, task.id),
        parent=task_name(task.workspace_id, task.parent_id) if task.parent_id else "",
        list_name=list_name,
        position=task.position,
        stable=True,
        updated_at=task.updated_at,
    )


def is_own_key(key: str) -> bool:
    """Whether a key is the name of a task of this product."""
    return _OWN_KEY.fullmatch(key) is not None


def bad_file(location: str, text: str) -> InvalidArgument:
    """The error at a location of the file, e.g. `lines[3].title`."""
    return InvalidArgument(f"{location}: {text}", reason="BAD_FILE", violations=[FieldViolation(location, text)])


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises InvalidArgument for others and for NUL."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise bad_file(
            byte_location(data, error.start), "The file is not encoded in UTF-8: save it in that encoding."
        ) from None
    if "\0" in text:
        raise bad_file(byte_location(data, data.index(0)), "The file must not contain the character U+0000.")
    return text


def byte_location(data: bytes, offset: int) -> str:
    """The location of the line that a byte is in."""
    return line_location(data.count(b"\n", 0, offset) + 1)


def line_location(number: int) -> str:
    """The location of a line; the first is 1."""
    return f"lines[{number}]"


def bounded(items: Iterable[FileTask]) -> list[FileTask]:
    """The items of a file, but not more than show that there are too many: the rest of a hostile file is not parsed."""
    return list(islice(items, MAX_TASKS + 1))


def checked(items: Sequence[FileTask]) -> Sequence[FileTask]:
    """The items. Raises InvalidArgument for too many, a key that occurs twice, or a task that is a part of itself."""
    if len(items) > MAX_TASKS:
        raise bad_file(items[MAX_TASKS].location, f"A file has at most {MAX_TASKS:,} tasks: split it.")
    by_key: dict[str, FileTask] = {}
    for item in items:
        _check_draft(item)
        if item.key and by_key.setdefault(item.key, item) is not item:
            raise bad_file(
                item.location,
                f"The task {item.key[:120]!r} occurs twice, first at {by_key[item.key].location}.",
            )
    _check_parents(by_key)
    return items


def _check_draft(item: FileTask) -> None:
    draft = item.draft
    texts = (draft.title, draft.notes, draft.rule or "", item.list_name, item.key, *draft.tags)
    if any("\0" in text or not _is_unicode(text) for text in texts):
        raise bad_file(item.location, "A text must not contain U+0000 or half of a surrogate pair.")
    if draft.estimate is not None and not timedelta() <= draft.estimate <= _MAX_ESTIMATE:
        raise bad_file(f"{item.location}.estimate", "An estimate is 0 to 10,000 hours.")
    if len(draft.rule or "") > _MAX_RULE:
        raise bad_file(f"{item.location}.recurrence.rule", f"A rule has at most {_MAX_RULE} characters.")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_parents(by_key: Mapping[str, FileTask]) -> None:
    safe: set[str] = set()
    for key, item in by_key.items():
        path: set[str] = set()
        above = key
        while above in by_key and above not in safe:
            if above in path:
                raise bad_file(f"{item.location}.parent_task", "A task can't be a part of itself.")
            path.add(above)
            above = by_key[above].parent
        safe |= path
