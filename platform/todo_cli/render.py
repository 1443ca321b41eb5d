"""How tasks look: tables for people, JSON for programs. Terminal control characters in titles are shown, not obeyed."""

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
MARKS = {task_pb2.STATUS_COMPLETED: "✓", task_pb2.STATUS_DROPPED: "-", task_pb2.STATUS_OPEN: "○"}


def print_json(message: Message | Sequence[Message]) -> None:
    """One JSON document on standard output, in the same form as REST."""
    document = _as_dict(message) if isinstance(message, Message) else [_as_dict(one) for one in message]
    print(json.dumps(document, indent=2, ensure_ascii=False))


def print_tasks(tasks: Sequence[task_pb2.Task]) -> None:
    """A table with one line a task; a sentence when there are none."""
    console = Console()
    if not tasks:
        console.print("Nothing to show.")
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("", "Task", "Due", "Priority", "Tags", "Id"):
        table.add_column(column, no_wrap=column == "Id", style="dim" if column == "Id" else "")
    for task in tasks:
        table.add_row(*_row(task))
    console.print(table)


def print_task(task: task_pb2.Task) -> None:
    """One task with all that is known of it."""
    console = Console()
    console.print(f"[bold]{printable(task.title)}[/bold]  {MARKS.get(task.status, '')}")
    for label, value in _details(task):
        if value:
            console.print(f"  [dim]{label:<10}[/dim] {value}")


def printable(text: str) -> str:
    """Text that can't control the terminal or the markup."""
    return escape("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text))


def due_text(due: task_pb2.LocalTime) -> str:
    """A due time as its person wrote it, e.g. `2026-12-01 09:00 Europe/Berlin`."""
    if not due.date:
        return ""
    moment = f"{due.date} {due.time[:5]}" if due.time else due.date
    return f"{moment} {due.time_zone}".strip() if _is_foreign(due) else moment


def _is_foreign(due: task_pb2.LocalTime) -> bool:
    if not due.time or not due.time_zone:
        return False
    here = due.instant.ToDatetime(tzinfo=ZoneInfo("UTC")).astimezone()
    return here.strftime("%H:%M") != due.time[:5]


def _row(task: task_pb2.Task) -> tuple[str, ...]:
    tags = " ".join(f"#{printable(tag)}" for tag in task.tags)
    repeat = " ↻" if task.HasField("recurrence") else ""
    return (
        MARKS.get(task.status, ""),
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


def _local(moment: datetime) -> str:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone().strftime("%Y-%m-%d %H:%M")


def task_id(task: task_pb2.Task) -> str:
    """The last part of a task's resource name."""
    return task.name.rpartition("/")[2]


def _as_dict(message: Message) -> dict[str, object]:
    return dict(MessageToDict(message))
