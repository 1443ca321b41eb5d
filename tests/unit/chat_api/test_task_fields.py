"""A field of a task reaches every place where tasks go: one that is forgotten somewhere fails here."""

import csv
import io
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from todo.task.v1 import task_pb2
from todo.types.v1 import Task as AvroTask
from todo_product import resources

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.fields import DRAFT_FIELDS, FIELDS
from services.chat_api.tasks.domain.model import Basis, Priority, Recurrence, Reminder, Status, Task, TaskDraft
from services.chat_api.tasks.events import avro
from services.chat_api.tasks.filtering import fields as filtering
from services.chat_api.tasks.rpc.messages import draft_of, task_message
from services.chat_api.tasks.store import columns
from services.chat_api.transfer.formats import csv as csv_format
from services.chat_api.transfer.formats import json as json_format
from services.chat_api.transfer.model import file_task_of

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
ID = UUID("01935d7e-0000-7000-8000-000000000001")
ONLY_IN_FILES = {"task_list_display_name"}
VALUES: dict[Any, Any] = {
    Status: Status.COMPLETED,
    Priority: Priority.HIGH,
    tuple[str, ...]: ("home",),
    LocalTime | None: LocalTime(date(2026, 11, 21), time(9), "Europe/Berlin", datetime(2026, 11, 21, 8, tzinfo=UTC)),
    tuple[Reminder, ...]: (Reminder(ID, before=timedelta(hours=1), fires_at=NOW, zone="Europe/Berlin"),),
    Recurrence | None: Recurrence("FREQ=DAILY", Basis.COMPLETION, ID, ID),
    timedelta | None: timedelta(minutes=30),
    UUID: ID,
    UUID | None: ID,
    datetime: NOW,
    datetime | None: NOW,
    int: 7,
}


def full() -> Task:
    """A task with a value in every field, also in one that was added since; a text has the field's name in it."""
    hints = get_type_hints(Task)
    return Task(**{field.name: VALUES.get(hints[field.name], f"some {field.name}") for field in fields(Task)})


def set_fields(message: task_pb2.Task) -> set[str]:
    return {field.name for field, _ in message.ListFields()}


def contract() -> set[str]:
    return {field.name for field in task_pb2.Task.DESCRIPTOR.fields}


def test_the_api_shows_every_field() -> None:
    assert contract() - set_fields(task_message(full())) == ONLY_IN_FILES


def test_an_event_carries_every_field() -> None:
    empty = [name for name, value in avro(full()).record.items() if value in (None, "", [], ())]
    assert empty == []


def test_an_event_and_the_api_show_the_same_task() -> None:
    assert resources.task_of(avro(full())) == task_message(full())


def test_every_field_has_columns() -> None:
    assert {field.name for field in columns.FIELDS} == {field.name for field in fields(Task)}
    row = dict(zip(columns.COLUMNS, columns.row_of(full()), strict=True))
    assert [column for column, value in row.items() if value in (None, "")] == []


def test_what_a_draft_has_an_update_may_name() -> None:
    of_recurrence = {"rule", "basis"}
    drafted = {field.name for field in fields(TaskDraft)} - of_recurrence | {"recurrence"}
    assert set(DRAFT_FIELDS.values()) == drafted
    assert set(DRAFT_FIELDS) <= contract()


def test_an_event_names_every_field_that_may_change() -> None:
    named = {field.event for field in FIELDS}
    fixed = {"id", "workspace_id", "created_at", "created_by", "updated_at", "updated_by", "etag"}
    assert named == set(avro(full()).record) - fixed
    assert isinstance(avro(full()), AvroTask)


def test_a_filter_may_name_every_field() -> None:
    assert contract() - set(filtering.FIELDS) == ONLY_IN_FILES


def test_what_a_caller_says_is_understood() -> None:
    message = task_message(full())
    for name in DRAFT_FIELDS:
        alone = task_pb2.Task()
        field = task_pb2.Task.DESCRIPTOR.fields_by_name[name]
        if field.is_repeated or field.message_type:
            alone.MergeFrom(task_pb2.Task(**{name: getattr(message, name)}))
        else:
            setattr(alone, name, getattr(message, name))
        assert draft_of(alone) != TaskDraft(), name


def written(kind: Any, task: Task) -> bytes:
    if kind is json_format:
        return json_format.write([(task, "Home")])
    return csv_format.header() + csv_format.write([file_task_of(task, "Home")])


# Lists and parents travel by name; a CSV file names nobody.
@pytest.mark.parametrize(
    ("kind", "elsewhere"),
    [(csv_format, {"task_list_id", "parent_id", "assignee_id"}), (json_format, {"parent_id"})],
)
def test_a_file_brings_every_field_back(kind: Any, elsewhere: set[str]) -> None:
    given = draft_of(task_message(full()))
    (read,) = kind.read(written(kind, full()))
    unset = TaskDraft()
    assert {
        field.name
        for field in fields(TaskDraft)
        if getattr(read.draft, field.name) == getattr(unset, field.name) != getattr(given, field.name)
    } == elsewhere


def test_a_csv_file_has_a_column_for_each_value() -> None:
    lines = csv_format.header() + csv_format.write([file_task_of(full(), "Home")])
    header, row = csv.reader(io.StringIO(lines.decode()))
    assert len(header) == len(row)
