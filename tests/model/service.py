"""The real TaskService, asked in the words of the model: keys in, items out, codes for what is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import DomainError
from todo_runtime.rpc import Call

from tests.integration.chat_api.conftest import Person, Room
from tests.model.tasks import GHOST, Item, Refused

ZONE = "Asia/Tokyo"
_BASIS = {"due": task_pb2.Recurrence.BASIS_DUE, "completion": task_pb2.Recurrence.BASIS_COMPLETION}
_MASK_NAME = {"parent": "parent_task", "rule": "recurrence"}


@dataclass
class Asked:
    """A change that was asked for, and its answer: what a repeat must get."""

    method: str
    request: Message
    answer: Message


@dataclass
class Service:
    """One person's workspace. `names` are resource names by the model's keys."""

    room: Room
    loop: asyncio.Runner
    person: Person
    names: list[str] = field(default_factory=list)
    lists: dict[int, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rpc = self.room.task_service
        self.parent = f"workspaces/{self.person.workspace}"

    def ask(self, method: str, request: Message, person: Person | None = None) -> Any:
        """Calls a method; raises Refused with the code of a refusal."""
        call = Call("", Principal(user_id=(person or self.person).id), uuid4(), None, monotonic() + 60, None)
        handler: Callable[[Any, Call], Awaitable[Any]] = getattr(self.rpc, method)

        async def run() -> Any:
            return await handler(request, call)

        try:
            return self.loop.run(run())
        except DomainError as error:
            raise Refused(error.code) from error

    def change(self, method: str, request: Any, *, repeatable: bool) -> Any:
        """The same for a change, which may be repeated later when it has an id."""
        if repeatable:
            request.request_id = str(uuid4())
        answer = self.ask(method, request)
        if repeatable:
            self.asked.append(Asked(method, request, answer))
        return answer

    def item(self, message: task_pb2.Task) -> Item:
        """An answer in the words of the model; a task that was not seen before gets the next key."""
        if message.name not in self.names:
            self.names.append(message.name)
        due, recurrence = message.due, message.recurrence
        basis = "completion" if recurrence.basis == task_pb2.Recurrence.BASIS_COMPLETION else "due"
        return Item(
            key=self.names.index(message.name),
            title=message.title,
            notes=message.notes,
            priority=message.priority,
            tags=tuple(message.tags),
            task_list=self._list_key(message.task_list),
            parent=self.names.index(message.parent_task) if message.parent_task else None,
            due=(due.date, due.time) if message.HasField("due") else None,
            reminders=tuple(one.at.seconds for one in message.reminders),
            rule=(recurrence.rule, basis) if message.HasField("recurrence") else None,
            estimate=message.estimate.seconds if message.HasField("estimate") else None,
            status=message.status,
            deleted=message.HasField("delete_time"),
            revision=int(message.etag),
        )

    def message(self, values: dict[str, Any]) -> task_pb2.Task:
        """What a caller says of a task."""
        message = task_pb2.Task(
            title=values["title"],
            notes=values["notes"],
            priority=values["priority"],
            tags=values["tags"],
            reminders=[task_pb2.Reminder(at=Timestamp(seconds=at)) for at in values["reminders"]],
        )
        if values["task_list"] is not None:
            message.task_list = self.list_name(values["task_list"])
        if values["parent"] is not None:
            message.parent_task = self.name(values["parent"])
        if values["due"] is not None:
            date, time = values["due"]
            message.due.CopyFrom(task_pb2.LocalTime(date=date, time=time, time_zone=ZONE if time else ""))
        if values["rule"] is not None:
            rule, basis = values["rule"]
            message.recurrence.CopyFrom(task_pb2.Recurrence(rule=rule, basis=_BASIS[basis]))
        if values["estimate"] is not None:
            message.estimate.CopyFrom(Duration(seconds=values["estimate"]))
        return message

    def update_request(self, key: int, values: dict[str, Any], fields: set[str], etag: str) -> pb.UpdateTaskRequest:
        """An update of the named fields."""
        task = self.message(values)
        task.name, task.etag = self.name(key), etag
        request = pb.UpdateTaskRequest(task=task)
        request.update_mask.paths.extend(sorted(_MASK_NAME.get(name, name) for name in fields))
        return request

    def move_request(self, key: int, after: int | None, etag: str, to: dict[str, int | None]) -> pb.MoveTaskRequest:
        """A move behind a neighbour (None: to the front), to a list and a parent where `to` names them."""
        behind = "" if after is None else self.name(after)
        request = pb.MoveTaskRequest(name=self.name(key), etag=etag, after=behind)
        if "task_list" in to:
            request.task_list = "" if to["task_list"] is None else self.list_name(to["task_list"])
        if "parent" in to:
            request.parent_task = "" if to["parent"] is None else self.name(to["parent"])
        return request

    def name(self, key: int) -> str:
        """The name of a task, also of one that was never there."""
        return self.names[key] if key != GHOST else f"{self.parent}/tasks/{UUID(int=7)}"

    def list_name(self, key: int) -> str:
        """The same for lists."""
        return self.lists.get(key, f"{self.parent}/taskLists/{UUID(int=7)}")

    def _list_key(self, name: str) -> int | None:
        return next(key for key, known in self.lists.items() if known == name) if name else None
