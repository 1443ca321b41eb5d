"""Signs up, creates tasks, lists them and shows what an error says: python tasks.py localhost:50051"""

import asyncio
import sys
from uuid import uuid4

import grpc
from todo.client import Todo
from todo.errors import details_of
from todo.identity.v1.identity_service_pb2 import SignUpRequest
from todo.task.v1.task_pb2 import LocalTime, Task
from todo.task.v1.task_service_pb2 import CompleteTaskRequest, CreateTaskRequest, ListTasksRequest

MINE = "workspaces/personal"


async def main(target: str) -> None:
    """The whole tour, as a new person."""
    async with Todo(target) as todo:
        request = SignUpRequest(email=f"{uuid4()}@example.com", password="correct horse battery")
        answer = await todo.identity.sign_up(request)
    async with Todo(target, token=answer.tokens.access_token) as todo:
        for title in ("Buy milk", "Water the plants"):
            due = LocalTime(date="2026-12-01")
            await todo.task.create_task(CreateTaskRequest(parent=MINE, task=Task(title=title, due=due)))
        page = await todo.task.list_tasks(ListTasksRequest(parent=MINE))
        for task in page.tasks:
            print(f"{task.title}, due {task.due.date}")
        done = await todo.task.complete_task(CompleteTaskRequest(name=page.tasks[0].name))
        print(f"{done.title} is done")
        await refused(todo)


async def refused(todo: Todo) -> None:
    """A task without a title is refused, and the error names the field."""
    try:
        await todo.task.create_task(CreateTaskRequest(parent=MINE, task=Task()))
    except grpc.aio.AioRpcError as error:
        details = details_of(error)
        print(f"{details.code.name}: {', '.join(violation.field for violation in details.violations)}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
