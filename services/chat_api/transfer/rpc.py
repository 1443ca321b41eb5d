"""The methods of TaskService that import and export files."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID

from todo.task.v1 import task_service_pb2 as pb
from todo_bindings.chat_api.rpc import TaskServiceServicer
from todo_runtime.clock import Clock
from todo_runtime.errors import InvalidArgument
from todo_runtime.idempotency import Request, RequestKey, reply
from todo_runtime.proto_time import timestamp_of
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.shared.resource_names import parse_workspace
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.filtering import FilterContext, filter_of
from services.chat_api.transfer.formats import csv, icalendar, json, todoist, vikunja
from services.chat_api.transfer.model import MAX_BYTES, FileTask, checked, file_task_of
from services.chat_api.transfer.service import ImportResult, TransferService

_CHUNK = 256 * 1024
_IN_MEMORY = 8 * 1024 * 1024
Listed = Sequence[tuple[Task, str]]


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes one file: what precedes the tasks, the tasks, and what follows them."""

    head: bytes
    write: Callable[[Listed], bytes]
    tail: Callable[[], bytes] = bytes


def _json() -> _Writer:
    return _Writer(b"", json.write)


def _csv() -> _Writer:
    return _Writer(csv.header(), lambda listed: csv.write(_file_tasks(listed)))


def _icalendar() -> _Writer:
    writer = icalendar.Writer()
    return _Writer(icalendar.HEAD, lambda listed: writer.write(_file_tasks(listed)), writer.tail)


_READERS: Final[dict[int, Callable[[bytes], list[FileTask]]]] = {
    pb.FILE_FORMAT_UNSPECIFIED: json.read,
    pb.FILE_FORMAT_JSON: json.read,
    pb.FILE_FORMAT_CSV: csv.read,
    pb.FILE_FORMAT_ICALENDAR: icalendar.read,
    pb.FILE_FORMAT_TODOIST_CSV: todoist.read,
    pb.FILE_FORMAT_VIKUNJA: vikunja.read,
}
_WRITERS: Final[dict[int, Callable[[], _Writer]]] = {
    pb.FILE_FORMAT_UNSPECIFIED: _json,
    pb.FILE_FORMAT_JSON: _json,
    pb.FILE_FORMAT_CSV: _csv,
    pb.FILE_FORMAT_ICALENDAR: _icalendar,
}


class TransferRpc(TaskServiceServicer):
    """Chunks of files to tasks, tasks to chunks of files."""

    def __init__(self, transfer: TransferService, access: AccessCache, clock: Clock) -> None:
        self._transfer = transfer
        self._access = access
        self._clock = clock

    async def import_tasks(self, request: AsyncIterator[pb.ImportTasksRequest], call: Call) -> pb.ImportTasksResponse:
        """Imports tasks from a file, all or none."""
        first, data = await _receive(request)
        reader = _READERS.get(first.format)
        if reader is None:
            raise InvalidArgument.at("format", "This format can't be imported.")
        actor = await self._access.actor(call)
        workspace = parse_workspace(first.parent)
        # Fails early for callers who may not write there: a large file takes a while to parse.
        await self._access.open(actor.user_id, workspace, write=True)
        items = await asyncio.to_thread(lambda: checked(reader(data)))
        imported = await self._transfer.import_tasks(actor, workspace, items, _request(first, data))
        return reply(imported, _message, pb.ImportTasksResponse)

    async def export_tasks(self, request: pb.ExportTasksRequest, call: Call) -> AsyncIterator[pb.ExportTasksResponse]:
        """Exports the tasks of a workspace as a file."""
        format_ = _WRITERS.get(request.format)
        if format_ is None:
            raise InvalidArgument.at("format", "This format can't be exported.")
        actor = await self._access.actor(call)
        asked = filter_of(request.filter, FilterContext(actor.user_id, actor.time_zone, self._clock.now()))
        pages = self._transfer.export_tasks(actor, parse_workspace(request.parent), asked)
        # The whole file first: a slow client would hold a database connection.
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            await _write(file, format_(), pages)
            file.seek(0)
            while chunk := file.read(_CHUNK):
                yield pb.ExportTasksResponse(data=chunk)


async def _write(file: IO[bytes], writer: _Writer, pages: AsyncIterator[Listed]) -> None:
    file.write(writer.head)
    async for page in pages:
        file.write(await asyncio.to_thread(writer.write, page))
    file.write(await asyncio.to_thread(writer.tail))


async def _receive(chunks: AsyncIterator[pb.ImportTasksRequest]) -> tuple[pb.ImportTasksRequest, bytes]:
    """The first message and the whole file. Raises InvalidArgument for messages that don't belong together."""
    first = await anext(chunks, None)
    if first is None or not first.parent:
        raise InvalidArgument.at("parent", "The first message must name the workspace.")
    data = bytearray(first.data)
    async for chunk in chunks:
        if chunk.parent or chunk.format or chunk.request_id:
            raise InvalidArgument.at("data", "Only the first message carries more than data.")
        data += chunk.data
        if len(data) > MAX_BYTES:
            raise InvalidArgument.at("data", f"A file has at most {MAX_BYTES // 1024**2} MiB.")
    return first, bytes(data)


def _request(first: pb.ImportTasksRequest, data: bytes) -> Request[ImportResult] | None:
    if not first.request_id:
        return None
    body = hashlib.sha256(f"{first.parent}\0{first.format}\0".encode() + data).digest()
    key = RequestKey(UUID(first.request_id), "ImportTasks", body)
    return Request(key, lambda imported: _message(imported).SerializeToString())


def _message(imported: ImportResult) -> pb.ImportTasksResponse:
    return pb.ImportTasksResponse(
        created_count=imported.created, skipped_count=imported.skipped, finish_time=timestamp_of(imported.finished_at)
    )


def _file_tasks(listed: Listed) -> list[FileTask]:
    return [file_task_of(task, name) for task, name in listed]
