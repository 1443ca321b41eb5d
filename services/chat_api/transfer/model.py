"""What all file formats say of a task, and how a fault in a file is told."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from todo_runtime.errors import FieldViolation, InvalidArgument

from services.chat_api.shared.resource_names import task_of
from services.chat_api.tasks.domain.model import Status, Task, TaskDraft

MAX_TASKS = 10_000
MAX_BYTES = 20 * 1024 * 1024
_MAX_ESTIMATE = timedelta(hours=10_000)
_MAX_RULE = 500
_OWN_KEY = re.compile(r"workspaces/[0-9a-f-]{36}/tasks/[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One task of a file. `place` tells people where it stands, e.g. `lines[3]`.

    `key` is what other entries call it in `parent`; a `lasting` key means the same task in every file. Entries with a
    `position` are in its order, the others in that of the file. `list_name` is empty for the inbox.
    """

    draft: TaskDraft
    place: str
    status: Status = Status.OPEN
    completed_at: datetime | None = None
    key: str = ""
    parent: str = ""
    list_name: str = ""
    position: str = ""
    lasting: bool = False
    updated_at: datetime | None = None


def entry_of(task: Task, list_name: str = "", place: str = "") -> Entry:
    """A task as a file is to hold it."""
    recurrence = task.recurrence
    draft = TaskDraft(task.title, task.notes, task.priority, task.tags, due=task.due, start=task.start)
    draft = replace(draft, reminders=task.reminders, estimate=task.estimate, assignee_id=task.assignee_id)
    if recurrence is not None:
        draft = replace(draft, rule=recurrence.rule, basis=recurrence.basis)
    return Entry(
        draft,
        place,
        status=task.status,
        completed_at=task.completed_at,
        key=task_of(task.workspace_id, task.id),
        parent=task_of(task.workspace_id, task.parent_id) if task.parent_id else "",
        list_name=list_name,
        position=task.position,
        lasting=True,
        updated_at=task.updated_at,
    )


def is_own_key(key: str) -> bool:
    """Whether a key is the name of a task of this product."""
    return _OWN_KEY.fullmatch(key) is not None


def wrong(place: str, text: str) -> InvalidArgument:
    """The error for a fault at a place of the file, e.g. `lines[3].title`."""
    return InvalidArgument(f"{place}: {text}", reason="BAD_FILE", violations=[FieldViolation(place, text)])


def text_of(data: bytes) -> str:
    """A file's text: UTF-8, with or without a byte order mark. Raises InvalidArgument for all else, and for NUL."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise wrong(line_at(data, error.start), "The file is not in UTF-8: save it in that encoding.") from None
    if "\0" in text:
        raise wrong(line_at(data, data.index(0)), "The file must not contain the character U+0000.")
    return text


def line_at(data: bytes, offset: int) -> str:
    """The place of a byte."""
    return line(data.count(b"\n", 0, offset) + 1)


def line(number: int) -> str:
    """The place of a line; the first is 1."""
    return f"lines[{number}]"


def bounded(entries: Iterable[Entry]) -> list[Entry]:
    """No more of the entries than it takes to see that they are too many: nothing else is made of a hostile file."""
    return list(islice(entries, MAX_TASKS + 1))


def check(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries, if there are not too many and each key stands once and no task is a part of itself."""
    if len(entries) > MAX_TASKS:
        raise wrong(entries[MAX_TASKS].place, f"A file has at most {MAX_TASKS:,} tasks: split it.")
    by_key: dict[str, Entry] = {}
    for entry in entries:
        _check_draft(entry)
        if entry.key and by_key.setdefault(entry.key, entry) is not entry:
            raise wrong(entry.place, f"The task {entry.key[:120]!r} is there already, at {by_key[entry.key].place}.")
    _check_parents(by_key)
    return entries


def _check_draft(entry: Entry) -> None:
    draft = entry.draft
    texts = (draft.title, draft.notes, draft.rule or "", entry.list_name, entry.key, *draft.tags)
    if any("\0" in text or not _is_unicode(text) for text in texts):
        raise wrong(entry.place, "A text must not contain U+0000 or half of a surrogate pair.")
    if draft.estimate is not None and not timedelta() <= draft.estimate <= _MAX_ESTIMATE:
        raise wrong(f"{entry.place}.estimate", "An estimate is 0 to 10,000 hours.")
    if len(draft.rule or "") > _MAX_RULE:
        raise wrong(f"{entry.place}.recurrence.rule", f"A rule has at most {_MAX_RULE} characters.")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_parents(by_key: Mapping[str, Entry]) -> None:
    safe: set[str] = set()
    for key, entry in by_key.items():
        path: set[str] = set()
        above = key
        while above in by_key and above not in safe:
            if above in path:
                raise wrong(f"{entry.place}.parent_task", "A task can't be a part of itself.")
            path.add(above)
            above = by_key[above].parent
        safe |= path
