"""From the tail of the topics to the channels, and what events mean for the sessions that are open."""

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
from services.sync.frames.changes import ChangeFrame, frame_of
from services.sync.handlers.session_registry import Sessions
from services.sync.handlers.stream_registry import Hub

TOPICS: Final = tuple(FOLLOWED)
EVENTS: Final[tuple[type[Event], ...]] = tuple(event for events in FOLLOWED.values() for event in events)


class Intake:
    """Takes batches from the tail in."""

    def __init__(self, hub: Hub, access: AccessMemory, sessions: Sessions) -> None:
        self._hub = hub
        self._access = access
        self._before: Mapping[type[Event], Callable[[Any], None]] = {
            SessionsRevoked: lambda event: sessions.revoke(event.user_id, event.session_id, event.generation),
            UserDeleted: lambda event: sessions.forget(event.user_id),
            MemberRemoved: lambda event: sessions.leave(event.member.user_id, event.member.workspace_id),
        }
        self._after: Mapping[type[Event], Callable[[Any], None]] = {
            MemberAdded: lambda event: sessions.join(event.member.user_id, event.member.workspace_id),
            WorkspaceDeleted: lambda event: sessions.close_workspace(event.workspace.id),
        }

    def recall(self, meta: EventMeta) -> None:
        """Takes note of where a stream was before this process began."""
        if meta.topic in KINDS:
            self._hub.recall(meta.topic, meta.key, meta.sequence)

    async def deliver(self, batch: Sequence[tuple[Event | None, EventMeta]]) -> None:
        """Takes events in, in order: who loses access does not get the event that says so any more."""
        for event, meta in batch:
            span = spans.start_process("sync", meta.topic, meta.traceparent)
            with span.activate():
                self._take(event, meta)
            span.end()

    def _take(self, event: Event | None, meta: EventMeta) -> None:
        if event is not None:
            self._access.apply(event, meta)
            self._react(self._before, event)
        if meta.topic in KINDS:
            self._hub.take(meta.topic, meta.key, meta.sequence, partial(_frame, event))
        if event is not None:
            self._react(self._after, event)

    @staticmethod
    def _react(reactions: Mapping[type[Event], Callable[[Any], None]], event: Event) -> None:
        reaction = reactions.get(type(event))
        if reaction is not None:
            reaction(event)


def _frame(event: Event | None) -> ChangeFrame | None:
    return None if event is None else frame_of(event)
