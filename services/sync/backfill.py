"""The past from audit: what the tail did not bring, or what is no longer kept here."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import grpc
import structlog
from todo.audit.v1 import audit_service_pb2 as pb
from todo.audit.v1.client import AuditServiceClient
from todo.events import Event
from todo_runtime.auth import ServiceCredentials
from todo_runtime.errors import RetryLater
from todo_runtime.kafka import AvroCodec, Undecodable
from todo_runtime.wire.codec import UnknownSchema, schema_id

from services.sync.domain.reorder_buffer import Numbered
from services.sync.domain.streams import StreamId
from services.sync.frames.changes import frame_of
from services.sync.handlers.ports import Frame

MOST: Final = 1_000
"""Changes that are fetched for one hole; a larger one is not closed."""

_PATIENCE: Final = 5.0
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.25
_AT_ONCE: Final = 8
_PAGE: Final = 500
_log = structlog.get_logger(__name__)


class AuditBackfill:
    """Asks audit, with a few questions under way at most."""

    def __init__(
        self,
        client: AuditServiceClient,
        credentials: ServiceCredentials,
        codec: AvroCodec,
        events: Iterable[type[Event]],
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._codec = codec
        self._classes = {event.SCHEMA.full_name: event for event in events}
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, stream: StreamId, topic: str, after: int, until: int) -> Sequence[Numbered[Frame]]:
        """The changes from `after` + 1 to `until`; audit is a moment behind, so it is asked again for some seconds.

        Fewer when audit does not have them by then, none when there are more than `MOST`.
        """
        found: list[Numbered[Frame]] = []
        if until - after > MOST:
            return found
        try:
            async with self._turn, asyncio.timeout(_PATIENCE):
                await self._collect(found, stream, topic, after, until)
        except (TimeoutError, RetryLater, grpc.aio.AioRpcError) as error:
            _log.warning("backfill_failed", topic=topic, found=len(found), error=type(error).__name__)
        return found

    async def head(self, stream: StreamId, topic: str) -> int | None:
        """The number of the newest change that audit has, 0 before the first; None when it does not answer."""
        request = pb.ListEventsRequest(
            parent=stream.parent,
            topic=topic,
            order_by="sequence desc",
            page_size=1,
            view=pb.EVENT_VIEW_METADATA,
        )
        try:
            response = await self._call(request, timeout=2.0)
        except grpc.aio.AioRpcError as error:
            _log.warning("stream_head_unknown", topic=topic, error=error.code().name)
            return None
        return response.events[0].sequence if response.events else 0

    async def _collect(
        self, found: list[Numbered[Frame]], stream: StreamId, topic: str, after: int, until: int
    ) -> None:
        pause = _FIRST_PAUSE
        while after < until:
            events = await self._page(stream, topic, after, min(_PAGE, until - after))
            for event in events:
                if event.sequence != after + 1:
                    break  # audit has a hole of its own there: wait until it is filled
                found.append(Numbered(event.sequence, await self._frame(event)))
                after = event.sequence
            if after < until:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _page(self, stream: StreamId, topic: str, after: int, size: int) -> Sequence[pb.Event]:
        request = pb.ListEventsRequest(
            parent=stream.parent,
            topic=topic,
            after_sequence=after,
            page_size=size,
            view=pb.EVENT_VIEW_EXACT,
        )
        return (await self._call(request, timeout=_PATIENCE)).events

    async def _call(self, request: pb.ListEventsRequest, timeout: float) -> pb.ListEventsResponse:
        metadata = self._credentials.call_metadata()
        return await self._client.list_events(request, timeout=timeout, metadata=metadata)

    async def _frame(self, event: pb.Event) -> Frame | None:
        """None for what clients do not get, and for what can't be decoded."""
        event_class = self._classes.get(event.type)
        if event_class is None or event.undecodable:
            return None
        try:
            await self._codec.fetch({schema_id(event.payload)})
            return frame_of(self._codec.decode(event.payload, event_class))
        except (Undecodable, UnknownSchema) as error:
            _log.error("event_undecodable", event_id=event.event_id, reason=str(error))
            return None
