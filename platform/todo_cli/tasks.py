"""Commands on tasks. A task is named by its id, or by words from which the assistant finds it."""

import argparse
from uuid import UUID

from todo.chat.v1 import chat_service_pb2 as chat
from todo.chat.v1.client import ChatServiceClient
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient

from todo_cli.connection import Connection, signed_in
from todo_cli.errors import CommandError
from todo_cli.options import Subparsers, add_command
from todo_cli.render import print_json, print_task, print_tasks, printable

PERSONAL = "workspaces/personal"
NEEDS_ANSWER = 2


def register(subparsers: Subparsers) -> None:
    """Adds the commands on tasks."""
    add = add_command(subparsers, "add", talk, "Add a task, e.g. todo add buy milk tomorrow at 9 !high #home")
    edit = add_command(subparsers, "edit", talk, "Change a task, e.g. todo edit move milk to friday")
    done = add_command(subparsers, "done", talk, "Complete a task, named by its id or by words")
    reopen = add_command(subparsers, "reopen", talk, "Reopen a task, named by its id or by words")
    remove = add_command(subparsers, "rm", talk, "Delete a task, named by its id or by words")
    for parser, verb in ((add, "add"), (edit, ""), (done, "done"), (reopen, "reopen"), (remove, "delete")):
        parser.add_argument("words", nargs="+", help="in plain words, or a task's id")
        parser.set_defaults(verb=verb)
    listing = add_command(subparsers, "list", show_list, "List open tasks")
    listing.add_argument("--all", action="store_true", help="also completed and dropped tasks")
    listing.add_argument(
        "--filter", default="", help="only matching tasks of any status, e.g. 'priority >= HIGH AND tags:home'"
    )
    listing.add_argument("--order-by", default="", help="e.g. 'priority desc, due'")
    show = add_command(subparsers, "show", show_task, "Show one task")
    show.add_argument("id", help="the task's id")
    search = add_command(subparsers, "search", search_tasks, "Find tasks by words")
    search.add_argument("words", nargs="+", help="words in the title, the notes or the tags")
    search.add_argument("--filter", default="", help="only matching tasks, e.g. 'NOT completed'")
    undo = add_command(subparsers, "undo", undo_change, "Undo your last change, or the last change of a task")
    undo.add_argument("id", nargs="?", help="the task's id")


async def talk(arguments: argparse.Namespace) -> None:
    """Runs a command on the task with the given id, or sends the words to the assistant."""
    async with signed_in(arguments.target) as connection:
        name = _resource_name(arguments.words)
        if name and arguments.verb in {"done", "reopen", "delete"}:
            task = await _change_task(connection, arguments.verb, name)
            print_json(task) if arguments.json else print_task(task)
            return
        await send_message(connection, " ".join([arguments.verb, *arguments.words]).strip(), as_json=arguments.json)


async def send_message(connection: Connection, text: str, *, as_json: bool) -> None:
    """Sends one message to the assistant and prints the reply; a question back ends with exit code 2."""
    request = chat.SendMessageRequest(text=text)
    answer = await ChatServiceClient(connection.channel).send_message(request, metadata=connection.metadata)
    if as_json:
        print_json(answer)
    elif answer.intent not in {chat.INTENT_CLARIFY, chat.INTENT_UNKNOWN}:
        print(answer.reply)
    if answer.intent in {chat.INTENT_CLARIFY, chat.INTENT_UNKNOWN}:
        raise CommandError(answer.reply, exit_code=NEEDS_ANSWER)


async def show_list(arguments: argparse.Namespace) -> None:
    """Lists all pages of tasks."""
    request = task_service_pb2.ListTasksRequest(
        parent=PERSONAL, page_size=1000, filter=arguments.filter, order_by=arguments.order_by
    )
    async with signed_in(arguments.target) as connection:
        tasks = await _all_tasks(connection, request)
    everything = arguments.all or arguments.filter
    # Not by a filter: a service of an older release does not support it.
    shown = tasks if everything else [task for task in tasks if task.status == task_pb2.STATUS_OPEN]
    print_json(shown) if arguments.json else print_tasks(shown)


async def show_task(arguments: argparse.Namespace) -> None:
    """Shows one task."""
    name = _task_name(arguments.id)
    async with signed_in(arguments.target) as connection:
        client = TaskServiceClient(connection.channel)
        task = await client.get_task(task_service_pb2.GetTaskRequest(name=name), metadata=connection.metadata)
    print_json(task) if arguments.json else print_task(task)


async def search_tasks(arguments: argparse.Namespace) -> None:
    """Finds tasks by words."""
    words = " ".join(arguments.words)
    request = task_service_pb2.SearchTasksRequest(parent=PERSONAL, query=words, filter=arguments.filter)
    async with signed_in(arguments.target) as connection:
        response = await TaskServiceClient(connection.channel).search_tasks(request, metadata=connection.metadata)
    print_json(list(response.tasks)) if arguments.json else print_tasks(response.tasks)


async def undo_change(arguments: argparse.Namespace) -> None:
    """Undoes a change and prints which."""
    task = _task_name(arguments.id) if arguments.id else ""
    request = task_service_pb2.UndoRequest(parent=PERSONAL, task=task)
    async with signed_in(arguments.target) as connection:
        undone = await TaskServiceClient(connection.channel).undo(request, metadata=connection.metadata)
    print_json(undone) if arguments.json else print(undone.summary)


async def _all_tasks(connection: Connection, request: task_service_pb2.ListTasksRequest) -> list[task_pb2.Task]:
    client = TaskServiceClient(connection.channel)
    tasks: list[task_pb2.Task] = []
    while True:
        page = await client.list_tasks(request, metadata=connection.metadata)
        tasks.extend(page.tasks)
        if not page.next_page_token:
            return tasks
        request.page_token = page.next_page_token


async def _change_task(connection: Connection, verb: str, name: str) -> task_pb2.Task:
    client = TaskServiceClient(connection.channel)
    metadata = connection.metadata
    if verb == "done":
        return await client.complete_task(task_service_pb2.CompleteTaskRequest(name=name), metadata=metadata)
    if verb == "reopen":
        return await client.reopen_task(task_service_pb2.ReopenTaskRequest(name=name), metadata=metadata)
    return await client.delete_task(task_service_pb2.DeleteTaskRequest(name=name), metadata=metadata)


def _task_name(id_: str) -> str:
    name = _resource_name([id_])
    if name is None:
        raise CommandError(f"{printable(id_)} is not a task id. `todo list` shows the ids.")
    return name


def _resource_name(words: list[str]) -> str | None:
    if len(words) != 1:
        return None
    if words[0].startswith("workspaces/"):
        return words[0]
    try:
        return f"{PERSONAL}/tasks/{UUID(words[0])}"
    except ValueError:
        return None
