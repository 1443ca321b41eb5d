"""Owns the base of generated servicers and what can be read off one: which methods this release really serves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from todo_runtime.errors import Unimplemented
from todo_runtime.rpc.naming import snake_case


class Servicer:
    """Base of the generated classes, one for each service of the contract.

    A generated class sets `SERVICE` and `DESCRIPTOR` and defines each method with a body that raises
    `unimplemented(…)`; the class that derives from it overrides those that it serves, under the snake_case name:

    - unary: `async def create_task(self, request, call) -> Task`
    - server streaming: an async generator of responses
    - client streaming: the first argument is an AsyncIterator of requests
    """

    SERVICE: ClassVar[str]
    DESCRIPTOR: ClassVar[ServiceDescriptor]


@dataclass(frozen=True, slots=True)
class ServedMethod:
    """One method and the function behind it; `path` is gRPC's name for it, `/package.Service/Method`."""

    path: str
    descriptor: MethodDescriptor
    handler: Callable[..., Any]


def unimplemented(method: str) -> Unimplemented:
    """The error of a method of the contract, `package.Service/Method`, that this release does not serve."""
    return Unimplemented(f"{method} is part of the contract but not served by this release", reason="NOT_SERVED")


def method_path(descriptor: MethodDescriptor) -> str:
    """`/package.Service/Method`."""
    return f"/{descriptor.containing_service.full_name}/{descriptor.name}"


def served_methods(servicer: Servicer) -> list[ServedMethod]:
    """The methods that the servicer overrides, in the order of the contract."""
    return list(_served(servicer))


def _served(servicer: Servicer) -> Iterator[ServedMethod]:
    for descriptor in servicer.DESCRIPTOR.methods:
        name = snake_case(descriptor.name)
        if _is_overridden(type(servicer), name):
            yield ServedMethod(method_path(descriptor), descriptor, getattr(servicer, name))


def _is_overridden(kind: type[Servicer], name: str) -> bool:
    """Whether a class below the generated one, which is the one that holds the descriptor, defines the method."""
    for one in kind.__mro__:
        if "DESCRIPTOR" in vars(one):
            return False
        if name in vars(one):
            return True
    return False
