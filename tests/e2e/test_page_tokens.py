"""Every list of every service: a token that is not its own, or not as it came, is refused as such.

Each list has a request here; one without fails the tests.
"""

import importlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import pytest
import todo
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_runtime.auth import Principal, TokenIssuer
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call
from todo_stack.hosted import HostedStack

from tests.bench.people import Person, sign_up

PERSONAL = {"parent": "workspaces/personal"}
REQUESTS: dict[str, dict[str, Any]] = {
    "ListApiTokens": {},
    "ListDeadLetters": {},
    "ListTasks": PERSONAL,
    "SearchTasks": PERSONAL | {"query": "milk"},
    "ListTaskLists": PERSONAL,
    "ListTags": PERSONAL,
    "ListSavedFilters": PERSONAL,
    "ListNotifications": {},
    "ListChannels": {},
    "ListSeries": PERSONAL,
    "ListEvents": PERSONAL,
    "GetTaskHistory": {"name": f"workspaces/personal/tasks/{UUID(int=7)}"},
    "VerifyLog": PERSONAL,
    "ListWorkspaces": {},
    "ListMembers": PERSONAL,
    "ListInvitations": PERSONAL,
    "ListConversations": {},
    "ListMessages": {"parent": f"conversations/{UUID(int=7)}"},
}
OTHER_ARGUMENTS: dict[str, dict[str, Any]] = {
    "ListDeadLetters": {"state": 1},
    "ListNotifications": {"unread_only": True},
    "ListTasks": {"show_deleted": True},
    "ListEvents": {"after_sequence": 1},
    "VerifyLog": {"topic": "task-events"},
}
"""Of the lists whose arguments can differ without naming another parent."""
NOT_SERVED = {"GetWorkspaceAsOf"}
OF_OPERATORS = {"ListDeadLetters"}
PLACE = ["2026-11-20T08:00:00+00:00", str(UUID(int=5))]


def _services() -> dict[str, ServiceDescriptor]:
    root = Path(todo.__path__[0])
    modules = [path.relative_to(root.parent).with_suffix("") for path in root.rglob("*_service_pb2.py")]
    files = [importlib.import_module(".".join(module.parts)).DESCRIPTOR for module in modules]
    return {one.full_name: one for file in files for one in file.services_by_name.values()}


def _lists() -> Iterator[Any]:
    services = _services()
    for manifest in load_manifests(Layout(Path(__file__).resolve().parents[2])).values():
        for method in (method for name in manifest.serves for method in services[name].methods):
            if "page_token" in method.input_type.fields_by_name and method.name not in NOT_SERVED:
                yield pytest.param(manifest.name, method, id=f"{manifest.name}-{method.name}")


@dataclass(frozen=True)
class World:
    """A running system, somebody in it, and the keys of its services."""

    stack: HostedStack
    person: Person

    def pages(self, service: str) -> PageTokens:
        return PageTokens.derived_from(self._key(service))

    async def refusal(self, service: str, method: MethodDescriptor, request: Message) -> str:
        """The reason for which a request is refused; empty when it is not."""
        path = f"/{method.containing_service.full_name}/{method.name}"
        port = self.stack.blueprint.ports[f"{service}_grpc"]
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            call: Any = channel.unary_unary(
                path, type(request).SerializeToString, GetMessageClass(method.output_type).FromString
            )
            try:
                await call(request, metadata=self._metadata(method), timeout=10)
            except grpc.aio.AioRpcError as error:
                return str(getattr(from_rpc_error(error), "reason", error))
        return ""

    def _metadata(self, method: MethodDescriptor) -> tuple[tuple[str, str], ...]:
        if method.name not in OF_OPERATORS:
            return self.person.metadata
        issuer = TokenIssuer("chat_api", self._key("chat_api"))
        token = issuer.person(self.person.user, uuid4(), 0, timedelta(minutes=5), "operator")
        return (("authorization", f"Bearer {token}"),)

    def _key(self, service: str) -> str:
        return (self.stack.blueprint.secrets.of(service) / "signing-key").read_text()


@pytest.fixture
async def world(running_system: HostedStack) -> AsyncIterator[World]:
    port = running_system.blueprint.ports["chat_api_grpc"]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield World(running_system, (await sign_up(channel, 1))[0])


@pytest.mark.parametrize(("service", "method"), list(_lists()))
async def test_only_its_own_token_is_taken(world: World, service: str, method: MethodDescriptor) -> None:
    request: Any = GetMessageClass(method.input_type)(**REQUESTS[method.name])
    refused = {}
    for kind, token in _forged(world, service, method).items():
        request.page_token = token
        refused[kind] = await world.refusal(service, method, request)
    assert refused == dict.fromkeys(refused, "PAGE_TOKEN")
    request.page_token = ""
    assert await world.refusal(service, method, request) in ("", "NOT_FOUND")


def _forged(world: World, service: str, method: MethodDescriptor) -> dict[str, str]:
    """Tokens that are wrong in one way each."""
    kind, given = GetMessageClass(method.input_type), REQUESTS[method.name]
    other = GetMessageClass(next(one for one in _others(method)))
    elsewhere = "audit" if service == "chat_api" else "chat_api"
    own = _token(world.pages(service), kind(**given), world.person.user)
    found = {
        "no base64": "no base64 §",
        "no token": "AAAA",
        "altered": own[:-1] + ("A" if own[-1] != "A" else "Q"),
        "spelled otherwise": own + "=",
        "of somebody else": _token(world.pages(service), kind(**given), uuid4()),
        "of another service": _token(world.pages(elsewhere), kind(**given), world.person.user),
        "of another list": _token(world.pages(service), other(), world.person.user),
    }
    if method.name in OTHER_ARGUMENTS:
        asked = kind(**given | OTHER_ARGUMENTS[method.name])
        found["of other arguments"] = _token(world.pages(service), asked, world.person.user)
    return found


def _others(method: MethodDescriptor) -> Iterator[Any]:
    for service in _services().values():
        for one in service.methods:
            if one.name in REQUESTS and one.name != method.name:
                yield one.input_type


def _token(pages: PageTokens, request: Message, user: UUID) -> str:
    return pages.asked(request, Call("", Principal(user), UUID(int=3), None, 0.0, None)).token_of(PLACE)
