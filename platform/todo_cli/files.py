"""Imports and exports files of tasks. The format follows from the file name unless it is given."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from todo.task.v1 import task_service_pb2 as pb
from todo.task.v1.client import TaskServiceClient

from todo_cli.connection import signed_in
from todo_cli.errors import CommandError
from todo_cli.options import Subparsers, add_command
from todo_cli.render import print_json

PERSONAL = "workspaces/personal"
_CHUNK = 512 * 1024
FORMATS = {
    "json": pb.FILE_FORMAT_JSON,
    "csv": pb.FILE_FORMAT_CSV,
    "ics": pb.FILE_FORMAT_ICALENDAR,
    "todoist": pb.FILE_FORMAT_TODOIST_CSV,
    "vikunja": pb.FILE_FORMAT_VIKUNJA,
}


def register(subparsers: Subparsers) -> None:
    """Adds `import` and `export`."""
    importing = add_command(subparsers, "import", import_file, "Import all tasks of a file, or none if one is invalid")
    importing.add_argument("file", type=Path)
    exporting = add_command(subparsers, "export", export_file, "Write all tasks to standard output")
    exporting.add_argument("--filter", default="", help="only matching tasks, e.g. 'NOT completed'")
    for parser in (importing, exporting):
        parser.add_argument("--format", choices=FORMATS, help="by default from the file name, otherwise json")


async def import_file(arguments: argparse.Namespace) -> None:
    """Imports one file and prints how many tasks were created."""
    try:
        data = await asyncio.to_thread(arguments.file.read_bytes)
    except OSError as error:
        raise CommandError(f"Cannot read {arguments.file}: {error.strerror}.") from error
    format_ = FORMATS.get(arguments.format or arguments.file.suffix.removeprefix("."), pb.FILE_FORMAT_JSON)
    async with signed_in(arguments.target) as connection:
        client = TaskServiceClient(connection.channel)
        imported = await client.import_tasks(_chunks(data, format_), metadata=connection.metadata)
    if arguments.json:
        print_json(imported)
    else:
        print(f"{imported.created_count} tasks imported, {imported.skipped_count} already existed.")


async def export_file(arguments: argparse.Namespace) -> None:
    """Streams the file to standard output."""
    format_ = FORMATS[arguments.format or "json"]
    async with signed_in(arguments.target) as connection:
        request = pb.ExportTasksRequest(parent=PERSONAL, format=format_, filter=arguments.filter)
        async for chunk in TaskServiceClient(connection.channel).export_tasks(request, metadata=connection.metadata):
            sys.stdout.buffer.write(chunk.data)


async def _chunks(data: bytes, format_: "pb.FileFormat.ValueType") -> AsyncIterator[pb.ImportTasksRequest]:
    yield pb.ImportTasksRequest(parent=PERSONAL, format=format_, data=data[:_CHUNK])
    for start in range(_CHUNK, len(data), _CHUNK):
        yield pb.ImportTasksRequest(data=data[start : start + _CHUNK])
