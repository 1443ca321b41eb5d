"""The base of the generated consumer classes: dispatches the events of one topic to typed methods."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

from todo.events import Event

from todo_runtime.db import Transaction
from todo_runtime.rpc.naming import snake_case
from todo_runtime.wire.record import EventMeta

Handler = Callable[[Transaction, Any, EventMeta], Awaitable[None]]


class TypedConsumer:
    """The effects of one topic's events. Subclasses of a generated class override the methods they need.

    A method runs in the transaction that moves the high-water mark. It raises RetryLater (or any error for which
    `todo_runtime.db.is_transient` is true) to be called again, and PermanentlyBad or DomainError to turn the event into
    a dead letter.
    """

    TOPIC: ClassVar[str]
    EVENTS: ClassVar[tuple[type[Event], ...]]

    async def prepare(self, events: Sequence[tuple[Event, EventMeta]]) -> None:
        """Does the work that must not run inside the transaction, such as remote calls, before events are handled.

        It may be called again for the same events, so it must be idempotent.
        """

    def handlers(self) -> Mapping[str, tuple[type[Event], Handler]]:
        """Event type → its class and handler, for the overridden methods."""
        return {
            event.SCHEMA.full_name: (event, getattr(self, name))
            for event in self.EVENTS
            if self._overrides(name := f"on_{snake_case(event.__name__)}")
        }

    def _overrides(self, name: str) -> bool:
        generated = next(base for base in type(self).__mro__ if "EVENTS" in vars(base))
        return getattr(type(self), name) is not getattr(generated, name)
