"""How many files of chat_api a call passes: what a reader has to open to follow it. The figures may fall, not rise."""

import sys
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import CodeType, FrameType
from typing import Any
from uuid import uuid4

import pytest
from todo.chat.v1 import chat_service_pb2 as chat_pb
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call
from todo_runtime.state import LocalState

import services.chat_api
from services.chat_api.chat.conversations import ConversationService
from services.chat_api.chat.rpc import ChatRpc
from services.chat_api.chat.service import ChatService

from .conftest import Person, Room

ROOT = Path(services.chat_api.__file__).parent
COMPREHENSIONS = ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>")
MOST_OF_COMPLETE, MOST_OF_CREATE, MOST_OF_CHAT = 12, 12, 28


class Passed:
    """The code of chat_api that ran."""

    def __init__(self) -> None:
        self.codes: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(f"{ROOT}/"):
            self.codes.add(frame.f_code)

    @property
    def files(self) -> list[str]:
        return sorted({str(Path(code.co_filename).relative_to(ROOT)) for code in self.codes})

    @property
    def closures(self) -> list[str]:
        """Functions inside functions that use what is around them."""
        return sorted(
            code.co_qualname
            for code in self.codes
            if "<locals>" in code.co_qualname and code.co_freevars and code.co_name not in COMPREHENSIONS
        )


@contextmanager
def watched() -> Iterator[Passed]:
    passed = Passed()
    sys.setprofile(passed)
    try:
        yield passed
    finally:
        sys.setprofile(None)


def call(person: Person) -> Call:
    return Call("", Principal(user_id=person.id), uuid4(), None, monotonic() + 60, None)


def create(title: str) -> pb.CreateTaskRequest:
    return pb.CreateTaskRequest(parent="workspaces/personal", task=task_pb2.Task(title=title), request_id=str(uuid4()))


async def passed_by(work: Awaitable[object]) -> Passed:
    with watched() as passed:
        await work
    return passed


async def test_a_creation_passes_few_files(room: Room) -> None:
    ada, service = await room.person(), room.task_service
    await service.create_task(create("bread"), call(ada))  # fills the access cache, which a call rarely does
    passed = await passed_by(service.create_task(create("milk"), call(ada)))
    assert len(passed.files) <= MOST_OF_CREATE, passed.files


async def test_a_completion_passes_few_files_and_no_closure(room: Room) -> None:
    ada, service = await room.person(), room.task_service
    task = await service.create_task(create("milk"), call(ada))
    request = pb.CompleteTaskRequest(name=task.name, request_id=str(uuid4()))
    passed = await passed_by(service.complete_task(request, call(ada)))
    assert len(passed.files) <= MOST_OF_COMPLETE, passed.files
    assert passed.closures == []


async def test_a_chat_message_passes_few_files(room: Room) -> None:
    ada, service = await room.person(), room.task_service
    await service.create_task(create("milk"), call(ada))
    state = LocalState(room.database)
    chat = ChatService(room.database, room.access, room.feature.tasks, room.feature.undos, state, room.clock)
    conversations = ConversationService(room.database, state, room.clock)
    rpc = ChatRpc(chat, conversations, room.access, PageTokens(b"key"))
    await rpc.send_message(chat_pb.SendMessageRequest(text="list"), call(ada))
    request = chat_pb.SendMessageRequest(text="done milk", request_id=str(uuid4()))
    passed = await passed_by(rpc.send_message(request, call(ada)))
    assert len(passed.files) <= MOST_OF_CHAT, passed.files


def test_closures_are_seen() -> None:
    # A function of chat_api's own that closes over what is around it, compiled as if it stood there.
    text = "def outer(value):\n    def inner():\n        return value\n    return inner\n"
    scope: dict[str, Any] = {}
    exec(compile(text, f"{ROOT}/planted.py", "exec"), scope)  # noqa: S102 - text of this test
    with watched() as passed:
        scope["outer"](1)()
    assert (passed.files, passed.closures) == (["planted.py"], ["outer.<locals>.inner"])


@pytest.fixture(autouse=True)
def _no_profiler() -> Iterator[None]:
    yield
    sys.setprofile(None)
