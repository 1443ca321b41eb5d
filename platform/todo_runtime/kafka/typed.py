"""What the generated consumer classes stand on: the events of one topic, dispatched to typed methods."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

from todo.events import Event

from todo_runtime.db import Transaction
from todo_runtime.rpc.naming import snake_case
from todo_runtime.wire.record import EventMeta

Handler = Callable[[Transaction, Any, EventMeta], Awaitable[None]]


class TypedConsumer:
    """The effects of one topic's events. Subclasses of a generated class override the methods that matter to them.

    A method runs in the transaction that moves the mark: it raises RetryLater (or anything that
    `todo_runtime.db.is_transient` knows) to be called again, PermanentlyBad or DomainError to make the event a dead
    letter.
    """

    TOPIC: ClassVar[str]
    EVENTS: ClassVar[tuple[type[Event], ...]]

    async def prepare(self, events: Sequence[tuple[Event, EventMeta]]) -> None:
        """Does what must not be done within a transaction, such as remote calls, for events about to be handled.

        It may be called again for the same events, so what it does must be idempotent.
        """

    def handlers(self) -> Mapping[str, tuple[type[Event], Handler]]:
        """Event type → its class and method, for the methods that are overridden."""
        return {
            event.SCHEMA.full_name: (event, getattr(self, name))
            for event in self.EVENTS
            if self._overrides(name := f"on_{snake_case(event.__name__)}")
        }

    def _overrides(self, name: str) -> bool:
        generated = next(base for base in type(self).__mro__ if "EVENTS" in vars(base))
        return getattr(type(self), name) is not getattr(generated, name)
