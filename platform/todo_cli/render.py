"""Prints tasks: tables for people, JSON for programs. Terminal control characters in texts are replaced."""

import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from todo.task.v1 import task_pb2

PRIORITIES = {
    task_pb2.PRIORITY_LOW: "low",
    task_pb2.PRIORITY_MEDIUM: "medium",
    task_pb2.PRIORITY_HIGH: "[bold]high[/bold]",
    task_pb2.PRIORITY_URGENT: "[bold red]urgent[/bold red]",
}
STATUS_SYMBOLS = {task_pb2.STATUS_COMPLETED: "✓", task_pb2.STATUS_DROPPED: "-", task_pb2.STATUS_OPEN: "○"}


def print_json(message: Message | Sequence[Message]) -> None:
    """One JSON document on standard output, in the same form as REST."""
    document = _as_dict(message) if isinstance(message, Message) else [_as_dict(item) for item in message]
    print(json.dumps(document, indent=2, ensure_ascii=False))


def print_tasks(tasks: Sequence[task_pb2.Task]) -> None:
    """Prints a table with one line per task, or a sentence if there are none."""
    console = Console()
    if not tasks:
        console.print("No tasks found.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "Task", "Due", "Priority", "Tags", "Id"):
        table.add_column(column, no_wrap=column == "Id", style="dim" if column == "Id" else "")
    for task in tasks:
        table.add_row(*_row(task))
    console.print(table)


def print_task(task: task_pb2.Task) -> None:
    """Prints one task with all its fields."""
    console = Console()
    console.print(f"[bold]{printable(task.title)}[/bold]  {STATUS_SYMBOLS.get(task.status, '')}")
    for label, value in _details(task):
        if value:
            console.print(f"  [dim]{label:<10}[/dim] {value}")


def printable(text: str) -> str:
    """The text without control characters and with its markup escaped."""
    return escape("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text))


def due_text(due: task_pb2.LocalTime) -> str:
    """A due time in its own time zone, e.g. `2026-12-01 09:00 Europe/Berlin`."""
    if not due.date:
        return ""
    text = f"{due.date} {due.time[:5]}" if due.time else due.date
    return f"{text} {due.time_zone}".strip() if _is_foreign(due) else text


def _is_foreign(due: task_pb2.LocalTime) -> bool:
    if not due.time or not due.time_zone:
        return False
    local = due.instant.ToDatetime(tzinfo=ZoneInfo("UTC")).astimezone()
    return local.strftime("%H:%M") != due.time[:5]


def _row(task: task_pb2.Task) -> tuple[str, ...]:
    tags = " ".join(f"#{printable(tag)}" for tag in task.tags)
    repeat = " ↻" if task.HasField("recurrence") else ""
    return (
        STATUS_SYMBOLS.get(task.status, ""),
        printable(task.title) + repeat,
        due_text(task.due),
        PRIORITIES.get(task.priority, ""),
        tags,
        task_id(task),
    )


def _details(task: task_pb2.Task) -> tuple[tuple[str, str], ...]:
    return (
        ("due", due_text(task.due)),
        ("start", due_text(task.start)),
        ("priority", PRIORITIES.get(task.priority, "")),
        ("tags", " ".join(f"#{printable(tag)}" for tag in task.tags)),
        ("repeats", task.recurrence.rule),
        ("reminders", ", ".join(_local(reminder.fire_time.ToDatetime()) for reminder in task.reminders)),
        ("notes", printable(task.notes)),
        ("id", task_id(task)),
        ("etag", task.etag),
    )


def _local(utc: datetime) -> str:
    return utc.replace(tzinfo=ZoneInfo("UTC")).astimezone().strftime("%Y-%m-%d %H:%M")


def task_id(task: task_pb2.Task) -> str:
    """The last segment of a task's resource name."""
    return task.name.rpartition("/")[2]


def _as_dict(message: Message) -> dict[str, object]:
    return dict(MessageToDict(message))
