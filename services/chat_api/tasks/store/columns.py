"""The columns of tasks as arrays: how a set of tasks is handed to one statement."""

from collections.abc import Iterable

_TYPES = {
    "priority": "smallint",
    "due_date": "date",
    "due_time": "time",
    "start_date": "date",
    "start_time": "time",
    "estimate": "bigint",
    "revision": "bigint",
    **dict.fromkeys(("due_at", "start_at", "created_at", "updated_at", "completed_at", "deleted_at"), "timestamptz"),
    **dict.fromkeys(("workspace_id", "id", "parent_id", "task_list_id", "series_id", "predecessor_id"), "uuid"),
    **dict.fromkeys(("assignee_id", "created_by", "updated_by"), "uuid"),
}
_CASTS = {"tags": "text[]", "reminders": "jsonb"}
"""What comes as text, since an array of arrays can't hold rows of different lengths."""


def arrays(columns: Iterable[str]) -> str:
    """Placeholders for an array of each column, typed."""
    return ", ".join(f"%b::{_TYPES.get(column, 'text')}[]" for column in columns)


def value(table: str, column: str) -> str:
    """A column of the unnested arrays, as the table tasks takes it."""
    return f"{table}.{column}::{_CASTS[column]}" if column in _CASTS else f"{table}.{column}"
