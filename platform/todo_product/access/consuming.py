"""The projection of access as a consumer: the part that every service with a projection shares.

A service combines it with its own generated consumer classes:

    class IdentityAccess(AccessHandlers, IdentityEventsConsumer): ...
"""

from collections.abc import Mapping
from typing import ClassVar

from todo.events import Event
from todo_runtime.kafka.typed import Handler

from todo_product.access.projection import AccessProjection
from todo_product.access.state import ACCESS_EVENTS


class AccessHandlers:
    """Passes the events of a topic that access depends on to the projection."""

    EVENTS: ClassVar[tuple[type[Event], ...]]

    def __init__(self, access: AccessProjection) -> None:
        self._access = access

    def handlers(self) -> Mapping[str, tuple[type[Event], Handler]]:
        """Event type → its class and the projection."""
        wanted = (event for event in self.EVENTS if event in ACCESS_EVENTS)
        return {event.SCHEMA.full_name: (event, self._access.apply) for event in wanted}
