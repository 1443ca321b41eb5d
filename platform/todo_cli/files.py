"""Files of tasks from a terminal, in and out. Which format it is follows from the name, or is said."""

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
_PIECE = 512 * 1024
FORMATS = {
    "json": pb.FILE_FORMAT_JSON,
    "csv": pb.FILE_FORMAT_CSV,
    "ics": pb.FILE_FORMAT_ICALENDAR,
    "todoist": pb.FILE_FORMAT_TODOIST_CSV,
    "vikunja": pb.FILE_FORMAT_VIKUNJA,
}


def register(subparsers: Subparsers) -> None:
    """Adds `import` and `export`."""
    take = add_command(subparsers, "import", import_file, "Import tasks from a file, all or none")
    take.add_argument("file", type=Path)
    give = add_command(subparsers, "export", export_file, "Write all tasks to the standard output")
    give.add_argument("--filter", default="", help="only those, e.g. 'NOT completed'")
    for parser in (take, give):
        parser.add_argument("--format", choices=FORMATS, help="by the file's name, else json")


async def import_file(arguments: argparse.Namespace) -> None:
    """Imports one file and tells how many tasks came of it."""
    try:
        data = await asyncio.to_thread(arguments.file.read_bytes)
    except OSError as error:
        raise CommandError(f"{arguments.file} can't be read: {error.strerror}.") from error
    format_ = FORMATS.get(arguments.format or arguments.file.suffix.removeprefix("."), pb.FILE_FORMAT_JSON)
    async with signed_in(arguments.target) as connection:
        client = TaskServiceClient(connection.channel)
        imported = await client.import_tasks(_pieces(data, format_), metadata=connection.metadata)
    if arguments.json:
        print_json(imported)
    else:
        print(f"{imported.created_count} tasks imported, {imported.skipped_count} were there already.")


async def export_file(arguments: argparse.Namespace) -> None:
    """Writes the file as it comes."""
    format_ = FORMATS[arguments.format or "json"]
    async with signed_in(arguments.target) as connection:
        request = pb.ExportTasksRequest(parent=PERSONAL, format=format_, filter=arguments.filter)
        async for piece in TaskServiceClient(connection.channel).export_tasks(request, metadata=connection.metadata):
            sys.stdout.buffer.write(piece.data)


async def _pieces(data: bytes, format_: "pb.FileFormat.ValueType") -> AsyncIterator[pb.ImportTasksRequest]:
    yield pb.ImportTasksRequest(parent=PERSONAL, format=format_, data=data[:_PIECE])
    for start in range(_PIECE, len(data), _PIECE):
        yield pb.ImportTasksRequest(data=data[start : start + _PIECE])
