"""Past changes from audit: those that the tail did not bring, or that are no longer retained here."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import grpc
import structlog
from todo.audit.v1 import audit_service_pb2 as pb
from todo.audit.v1.client import AuditServiceClient
from todo.events import Event
from todo_runtime.auth import ServiceCredentials
from todo_runtime.back_off import BackOff
from todo_runtime.errors import RetryLater
from todo_runtime.kafka import AvroCodec, Undecodable
from todo_runtime.wire.codec import UnknownSchema, schema_id

from services.sync.domain.reorder_buffer import Sequenced
from services.sync.domain.streams import StreamId
from services.sync.frames.changes import change_of
from services.sync.service.ports import Change

MAX_CHANGES: Final = 1_000
"""How many changes are fetched for one gap; a larger gap is not filled."""

_TIMEOUT_SECONDS: Final = 5.0
_HEAD_TIMEOUT_SECONDS: Final = 2.0
_MIN_PAUSE: Final = 0.02
_MAX_PAUSE: Final = 0.25
_MAX_CONCURRENT: Final = 8
_PAGE_SIZE: Final = 500
_log = structlog.get_logger(__name__)


class AuditBackfill:
    """Asks audit, with a bound on concurrent fetches."""

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
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)

    async def fetch(self, stream: StreamId, topic: str, after: int, until: int) -> Sequence[Sequenced[Change]]:
        """The changes from `after` + 1 to `until`; audit lags a little, so it is asked again for some seconds.

        Fewer if audit does not have them by then, none if there are more than `MAX_CHANGES`.
        """
        changes: list[Sequenced[Change]] = []
        if until - after > MAX_CHANGES:
            return changes
        try:
            async with self._slots, asyncio.timeout(_TIMEOUT_SECONDS):
                await self._collect(changes, stream, topic, after, until)
        except (TimeoutError, RetryLater, grpc.aio.AioRpcError) as error:
            _log.warning("backfill_failed", topic=topic, found=len(changes), error=type(error).__name__)
        return changes

    async def head(self, stream: StreamId, topic: str) -> int | None:
        """The sequence number of the newest change in audit, 0 before the first; None if audit does not answer."""
        request = pb.ListEventsRequest(
            parent=stream.parent,
            topic=topic,
            order_by="sequence desc",
            page_size=1,
            view=pb.EVENT_VIEW_METADATA,
        )
        try:
            response = await self._call(request, timeout=_HEAD_TIMEOUT_SECONDS)
        except grpc.aio.AioRpcError as error:
            _log.warning("stream_head_unknown", topic=topic, error=error.code().name)
            return None
        return response.events[0].sequence if response.events else 0

    async def _collect(
        self, changes: list[Sequenced[Change]], stream: StreamId, topic: str, after: int, until: int
    ) -> None:
        back_off = BackOff(_MIN_PAUSE, _MAX_PAUSE)
        while after < until:
            events = await self._fetch_page(stream, topic, after, min(_PAGE_SIZE, until - after))
            for event in events:
                if event.sequence != after + 1:
                    break  # audit has a gap of its own there: wait until it is filled
                changes.append(Sequenced(event.sequence, await self._change(event)))
                after = event.sequence
            if after < until:
                await asyncio.sleep(back_off.next_pause())

    async def _fetch_page(self, stream: StreamId, topic: str, after: int, size: int) -> Sequence[pb.Event]:
        request = pb.ListEventsRequest(
            parent=stream.parent,
            topic=topic,
            after_sequence=after,
            page_size=size,
            view=pb.EVENT_VIEW_EXACT,
        )
        return (await self._call(request, timeout=_TIMEOUT_SECONDS)).events

    async def _call(self, request: pb.ListEventsRequest, timeout: float) -> pb.ListEventsResponse:
        metadata = self._credentials.call_metadata()
        return await self._client.list_events(request, timeout=timeout, metadata=metadata)

    async def _change(self, event: pb.Event) -> Change | None:
        """None for an event that clients do not get, and for one that can't be decoded."""
        event_class = self._classes.get(event.type)
        if event_class is None or event.undecodable:
            return None
        try:
            await self._codec.fetch({schema_id(event.payload)})
            return change_of(self._codec.decode(event.payload, event_class))
        except (Undecodable, UnknownSchema) as error:
            _log.error("event_undecodable", event_id=event.event_id, reason=str(error))
            return None
