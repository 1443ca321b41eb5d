"""The fields of a task by their names: in the API, in the domain, in events, and to people.

What an update mask may name, what an event says has changed and what undo takes back follow from this table.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TaskField:
    """A field of a task: `name` is the API's, `attribute` that of `model.Task`, `event` that of the event's record.

    `label` is what people call it; fields with one label change together. `writable` says that a draft has it, and
    `plain` that its value is the same text, number or flag in the API, in the domain and in events.
    """

    name: str
    attribute: str
    event: str
    label: str
    writable: bool = True
    plain: bool = False


def _field(name: str, label: str = "", *, writable: bool = True, plain: bool = False) -> TaskField:
    return TaskField(name, name, name, label or name, writable, plain)


FIELDS: Final = (
    _field("title", plain=True),
    _field("notes", plain=True),
    _field("status", "state", writable=False),
    _field("priority"),
    _field("tags"),
    TaskField("task_list", "task_list_id", "task_list_id", "list"),
    TaskField("parent_task", "parent_id", "parent_task_id", "parent task"),
    _field("position", writable=False, plain=True),
    _field("due", "due date"),
    _field("start"),
    _field("reminders"),
    _field("recurrence"),
    TaskField("estimate", "estimate", "estimate_seconds", "estimate"),
    TaskField("assignee", "assignee_id", "assignee_id", "assignee"),
    TaskField("complete_time", "completed_at", "completed_at", "state", writable=False),
    TaskField("delete_time", "deleted_at", "deleted_at", "deletion", writable=False),
)

DRAFT_FIELDS: Final = {field.name: field.attribute for field in FIELDS if field.writable}
"""What an update mask may name, with the attribute of each."""

PLAIN: Final = tuple(field.name for field in FIELDS if field.plain)
"""What the edges copy as it is, under one name everywhere."""

PLAIN_IN_DRAFTS: Final = tuple(field.name for field in FIELDS if field.plain and field.writable)
"""The same, of what a caller may say of a task."""
