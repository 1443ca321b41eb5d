"""Links of the log as messages of the API."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from todo.audit.v1 import audit_service_pb2 as pb
from todo.task_events.v1 import (
    TaskCompleted,
    TaskCreated,
    TaskDeleted,
    TaskDropped,
    TaskReopened,
    TaskUndeleted,
    TaskUpdated,
)
from todo_product.resources import changed_fields_of, task_of
from todo_runtime.kafka import Undecodable
from todo_runtime.proto_time import timestamp_of
from todo_runtime.wire.generic_reader import WriterSchema, decode_as, to_plain, writer_schema

from services.audit.domain.chain import Entry, Link
from services.audit.domain.streams import parent_of
from services.audit.service import Page, StreamReport

TaskEvent = TaskCreated | TaskUpdated | TaskCompleted | TaskReopened | TaskDropped | TaskDeleted | TaskUndeleted
_TASK_EVENTS: Final[Mapping[str, tuple[str, type[TaskEvent]]]] = {
    TaskCreated.SCHEMA.full_name: ("created", TaskCreated),
    TaskUpdated.SCHEMA.full_name: ("updated", TaskUpdated),
    TaskCompleted.SCHEMA.full_name: ("completed", TaskCompleted),
    TaskReopened.SCHEMA.full_name: ("reopened", TaskReopened),
    TaskDropped.SCHEMA.full_name: ("dropped", TaskDropped),
    TaskDeleted.SCHEMA.full_name: ("deleted", TaskDeleted),
    TaskUndeleted.SCHEMA.full_name: ("undeleted", TaskUndeleted),
}


class Translator:
    """Makes messages; caches parsed schemas by fingerprint (there are few, and they never change)."""

    def __init__(self) -> None:
        self._schemas: dict[bytes, WriterSchema] = {}

    def events(self, page: Page, view: pb.EventView.ValueType) -> list[pb.Event]:
        """The events of a page."""
        return [self._event(link, page, view) for link in page.links]

    def changes(self, page: Page) -> list[pb.TaskChange]:
        """The changes of a task in a page of its events; unknown types are left out."""
        return [self._change(link.entry, page) for link in page.links if link.entry.type in _TASK_EVENTS]

    def _event(self, link: Link, page: Page, view: pb.EventView.ValueType) -> pb.Event:
        event = _metadata(link)
        if view == pb.EVENT_VIEW_EXACT:
            event.payload = link.entry.payload or b""
        elif view != pb.EVENT_VIEW_METADATA and link.entry.undecodable is None:
            self._add_data(event, link.entry, page)
        return event

    def _add_data(self, event: pb.Event, entry: Entry, page: Page) -> None:
        try:
            data = to_plain(self._schema(entry, page), entry.payload or b"")
        except Undecodable as error:
            event.undecodable = str(error)
            return
        event.data.CopyFrom(ParseDict(data, Struct()))

    def _change(self, entry: Entry, page: Page) -> pb.TaskChange:
        kind, event_class = _TASK_EVENTS[entry.type]
        change = pb.TaskChange(
            type=kind, event_time=timestamp_of(entry.time), sequence=entry.sequence, event_id=str(entry.event_id)
        )
        if entry.undecodable is None:
            self._add_task(change, entry, page, event_class)
        return change

    def _add_task(self, change: pb.TaskChange, entry: Entry, page: Page, event_class: type[TaskEvent]) -> None:
        try:
            event = decode_as(self._schema(entry, page), entry.payload or b"", event_class)
        except Undecodable:
            return
        change.actor = f"users/{event.actor_id}"
        change.changed_fields.extend(changed_fields_of(event.changed_fields))
        change.task.CopyFrom(task_of(event.task))

    def _schema(self, entry: Entry, page: Page) -> WriterSchema:
        fingerprint = entry.schema_fingerprint or b""
        if fingerprint not in self._schemas:
            if fingerprint not in page.schemas:
                raise Undecodable("The schema that the event was written with is not in the log.")
            self._schemas[fingerprint] = writer_schema(page.schemas[fingerprint])
        return self._schemas[fingerprint]


def stream_report(report: StreamReport) -> pb.VerifyLogResponse.StreamReport:
    """What was found in a stream."""
    topic, key = report.stream
    problem = report.problem
    return pb.VerifyLogResponse.StreamReport(
        parent=str(parent_of(topic, key)),
        topic=topic,
        intact=problem is None,
        first_bad_sequence=problem.sequence if problem else 0,
        problem=problem.text if problem else "",
        event_count=report.count,
        head_sequence=report.head.sequence,
        head_hash=report.head.hash,
        missing_count=report.missing,
    )


def task_subject(workspace: UUID, task: str) -> str:
    """The subject of a task's events."""
    return f"workspaces/{workspace}/tasks/{task}"


def _metadata(link: Link) -> pb.Event:
    entry = link.entry
    return pb.Event(
        parent=str(parent_of(entry.topic, entry.key)),
        topic=entry.topic,
        sequence=entry.sequence,
        event_id=str(entry.event_id),
        type=entry.type,
        subject=entry.subject,
        event_time=timestamp_of(entry.time),
        record_time=timestamp_of(entry.recorded_at),
        undecodable=entry.undecodable or "",
        schema_fingerprint=entry.schema_fingerprint or b"",
        hash=link.hash,
        link=link.number,
    )
