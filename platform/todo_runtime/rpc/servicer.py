"""Owns the base of generated servicers and what can be read off one: which methods this release really serves."""

from collections.abc import Callable, Iterable, Iterator
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

    Several classes may each serve a part of one service, as long as no two override the same method.
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
    return Unimplemented(f"{method} is part of the contract but not served by this release.", reason="NOT_SERVED")


def method_path(descriptor: MethodDescriptor) -> str:
    """`/package.Service/Method`."""
    return f"/{descriptor.containing_service.full_name}/{descriptor.name}"


def served_methods(*servicers: Servicer) -> list[ServedMethod]:
    """The methods that servicers of one service override between them, in the order of the contract.

    ValueError for a method that two of them override.
    """
    return [method for descriptor in servicers[0].DESCRIPTOR.methods for method in _served(descriptor, servicers)]


def by_service(servicers: Iterable[Servicer]) -> dict[str, list[Servicer]]:
    """The servicers of each service, by its full name."""
    found: dict[str, list[Servicer]] = {}
    for one in servicers:
        found.setdefault(one.SERVICE, []).append(one)
    return found


def _served(descriptor: MethodDescriptor, servicers: Iterable[Servicer]) -> Iterator[ServedMethod]:
    name = snake_case(descriptor.name)
    serving = [one for one in servicers if _is_overridden(type(one), name)]
    if len(serving) > 1:
        classes = " and ".join(type(one).__name__ for one in serving)
        raise ValueError(f"{descriptor.full_name} is served by {classes}: only one may serve it.")
    for servicer in serving:
        yield ServedMethod(method_path(descriptor), descriptor, getattr(servicer, name))


def _is_overridden(kind: type[Servicer], name: str) -> bool:
    """Whether a class below the generated one, which is the one that holds the descriptor, defines the method."""
    for one in kind.__mro__:
        if "DESCRIPTOR" in vars(one):
            return False
        if name in vars(one):
            return True
    return False
