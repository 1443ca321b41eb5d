"""Takes events from the tail of the topics to the streams, and applies them to the open sessions."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted
from todo.workspace_events.v1 import MemberAdded, MemberRemoved, WorkspaceDeleted
from todo_bindings.sync.tail import FOLLOWED
from todo_product.access import AccessMemory
from todo_runtime.kafka import EventMeta
from todo_runtime.telemetry import spans

from services.sync.domain.streams import KINDS
from services.sync.frames.changes import change_of
from services.sync.frames.encoding import JsonChange
from services.sync.service.session_registry import SessionRegistry
from services.sync.service.stream_registry import StreamRegistry
from services.sync.service.subscribe import SubscribeHandler

TOPICS: Final = tuple(FOLLOWED)
EVENTS: Final[tuple[type[Event], ...]] = tuple(event for events in FOLLOWED.values() for event in events)


class TailHandler:
    """Handles what the tail brings."""

    def __init__(
        self, streams: StreamRegistry, sessions: SessionRegistry, subscriptions: SubscribeHandler, access: AccessMemory
    ) -> None:
        self._streams = streams
        self._access = access
        self._before: Mapping[type[Event], Callable[[Any], None]] = {
            SessionsRevoked: lambda event: sessions.revoke(event.user_id, event.session_id, event.generation),
            UserDeleted: lambda event: sessions.close_person(event.user_id),
            MemberRemoved: lambda event: subscriptions.leave(event.member.user_id, event.member.workspace_id),
        }
        self._after: Mapping[type[Event], Callable[[Any], None]] = {
            MemberAdded: lambda event: subscriptions.join(event.member.user_id, event.member.workspace_id),
            WorkspaceDeleted: lambda event: subscriptions.close_workspace(event.workspace.id),
        }

    def recall(self, meta: EventMeta) -> None:
        """Notes how far a stream was before this process began."""
        if meta.topic in KINDS:
            self._streams.note_head(meta.topic, meta.key, meta.sequence)

    async def deliver(self, batch: Sequence[tuple[Event | None, EventMeta]]) -> None:
        """Handles events in order. Whoever loses access no longer receives the event that says so."""
        for event, meta in batch:
            span = spans.start_process("sync", meta.topic, meta.traceparent)
            with span.activate():
                self._handle(event, meta)
            span.end()

    def _handle(self, event: Event | None, meta: EventMeta) -> None:
        if event is not None:
            self._access.apply(event, meta)
            self._react(self._before, event)
        if meta.topic in KINDS:
            self._streams.receive(meta.topic, meta.key, meta.sequence, partial(_change, event))
        if event is not None:
            self._react(self._after, event)

    @staticmethod
    def _react(reactions: Mapping[type[Event], Callable[[Any], None]], event: Event) -> None:
        reaction = reactions.get(type(event))
        if reaction is not None:
            reaction(event)


def _change(event: Event | None) -> JsonChange | None:
    return None if event is None else change_of(event)
