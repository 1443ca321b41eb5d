"""The methods of TaskService that take files in and give them out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID

from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.answers import answer, answered
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.proto_time import timestamp_of
from services.chat_api.shared.request_table import RequestKey
from services.chat_api.shared.resource_names import workspace_part
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.filtering import filter_of
from services.chat_api.tasks.service.use_cases import TaskUseCases
from services.chat_api.transfer.formats import csv as tables
from services.chat_api.transfer.formats import icalendar as calendars
from services.chat_api.transfer.formats import json as exchange_json
from services.chat_api.transfer.formats import todoist, vikunja
from services.chat_api.transfer.model import MAX_BYTES, Entry, check, entry_of
from services.chat_api.transfer.service import Imported

_PIECE = 256 * 1024
_IN_MEMORY = 8 * 1024 * 1024
Listed = Sequence[tuple[Task, str]]


@dataclass(frozen=True, slots=True)
class _Written:
    """One file that is written: what stands before the tasks, the tasks, and what stands after them."""

    head: bytes
    write: Callable[[Listed], bytes]
    tail: Callable[[], bytes] = bytes


def _json() -> _Written:
    return _Written(b"", exchange_json.write)


def _csv() -> _Written:
    return _Written(tables.header(), lambda listed: tables.write(_entries(listed)))


def _icalendar() -> _Written:
    writer = calendars.Writer()
    return _Written(calendars.HEAD, lambda listed: writer.write(_entries(listed)), writer.tail)


_READERS: Final[dict[int, Callable[[bytes], list[Entry]]]] = {
    pb.FILE_FORMAT_UNSPECIFIED: exchange_json.read,
    pb.FILE_FORMAT_JSON: exchange_json.read,
    pb.FILE_FORMAT_CSV: tables.read,
    pb.FILE_FORMAT_ICALENDAR: calendars.read,
    pb.FILE_FORMAT_TODOIST_CSV: todoist.read,
    pb.FILE_FORMAT_VIKUNJA: vikunja.read,
}
_WRITERS: Final[dict[int, Callable[[], _Written]]] = {
    pb.FILE_FORMAT_UNSPECIFIED: _json,
    pb.FILE_FORMAT_JSON: _json,
    pb.FILE_FORMAT_CSV: _csv,
    pb.FILE_FORMAT_ICALENDAR: _icalendar,
}


class ExchangeMethods(TaskServiceServicer):
    """Pieces of files to tasks, tasks to pieces of files."""

    _cases: TaskUseCases
    _access: AccessCache

    async def import_tasks(self, request: AsyncIterator[pb.ImportTasksRequest], call: Call) -> pb.ImportTasksResponse:
        """Imports tasks from a file, all or none."""
        first, data = await _received(request)
        reader = _READERS.get(first.format)
        if reader is None:
            raise _wrong("format", "This format can't be imported.")
        actor = await self._access.actor(call)
        workspace = workspace_part(first.parent)
        # Fails at once for whoever may not write there: a large file takes a while to read.
        await self._access.open(actor.user_id, workspace, write=True)
        entries = await asyncio.to_thread(lambda: check(reader(data)))
        imported = self._cases.exchange.import_tasks(actor, workspace, entries, _request(first, data))
        return await answer(imported, _message, pb.ImportTasksResponse)

    async def export_tasks(self, request: pb.ExportTasksRequest, call: Call) -> AsyncIterator[pb.ExportTasksResponse]:
        """Exports the tasks of a workspace as a file."""
        format_ = _WRITERS.get(request.format)
        if format_ is None:
            raise _wrong("format", "This format can't be exported.")
        actor = await self._access.actor(call)
        asked = filter_of(request.filter, self._cases.asking(actor))
        pages = self._cases.exchange.export_tasks(actor, workspace_part(request.parent), asked)
        # The whole file first: a slow client would hold a connection of the database.
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            await _write(file, format_(), pages)
            file.seek(0)
            while piece := file.read(_PIECE):
                yield pb.ExportTasksResponse(data=piece)


async def _write(file: IO[bytes], written: _Written, pages: AsyncIterator[Listed]) -> None:
    file.write(written.head)
    async for page in pages:
        file.write(await asyncio.to_thread(written.write, page))
    file.write(await asyncio.to_thread(written.tail))


async def _received(pieces: AsyncIterator[pb.ImportTasksRequest]) -> tuple[pb.ImportTasksRequest, bytes]:
    """The first piece and the whole file. Raises InvalidArgument for pieces that don't belong together."""
    first = await anext(pieces, None)
    if first is None or not first.parent:
        raise _wrong("parent", "The first piece names the workspace.")
    data = bytearray(first.data)
    async for piece in pieces:
        if piece.parent or piece.format or piece.request_id:
            raise _wrong("data", "Only the first piece carries more than data.")
        data += piece.data
        if len(data) > MAX_BYTES:
            raise _wrong("data", f"A file has at most {MAX_BYTES // 1024**2} MiB.")
    return first, bytes(data)


def _request(first: pb.ImportTasksRequest, data: bytes) -> Request[Imported] | None:
    if not first.request_id:
        return None
    body = hashlib.sha256(f"{first.parent}\0{first.format}\0".encode() + data).digest()
    key = RequestKey(UUID(first.request_id), "ImportTasks", body)
    return Request(key, lambda imported: _message(imported).SerializeToString(), answered)


def _message(imported: Imported) -> pb.ImportTasksResponse:
    return pb.ImportTasksResponse(
        created_count=imported.created, skipped_count=imported.skipped, finish_time=timestamp_of(imported.finished_at)
    )


def _entries(listed: Listed) -> list[Entry]:
    return [entry_of(task, name) for task, name in listed]


def _wrong(field: str, text: str) -> InvalidArgument:
    return InvalidArgument(text, violations=[FieldViolation(field, text)])
