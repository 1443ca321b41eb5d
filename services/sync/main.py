"""Starts sync: wires the tail of the topics, the streams, the WebSocket and the gRPC server."""

import asyncio
from functools import partial
from typing import Final

from todo_bindings.sync.callers import CALLERS
from todo_bindings.sync.clients import AccessServiceClient, AuditServiceClient
from todo_bindings.sync.tail import FOLLOWED
from todo_product.access import AccessMemory, AccessSource
from todo_product.people import PERSON_ISSUER
from todo_runtime.config import ConfigError
from todo_runtime.kafka import AvroCodec, TailConsumer
from todo_runtime.service import Service, run_service

from services.sync.backfill import AuditBackfill
from services.sync.consumer import EVENTS, TOPICS, TailHandler
from services.sync.frames.notices import JsonNotices
from services.sync.rpc import SyncRpc
from services.sync.service.session_registry import SessionRegistry
from services.sync.service.stream_registry import StreamRegistry
from services.sync.service.subscribe import SubscribeHandler
from services.sync.websocket.edge import WebSocketEdge

REQUIRED: Final = ("TODO_HTTP_PORT", "TODO_TARGET_CHAT_API", "TODO_TARGET_AUDIT")
_EVICTION_SECONDS: Final = 60.0


async def start(service: Service) -> None:
    """Starts everything; returns once it runs."""
    credentials = await service.credentials()
    codec = await service.codec(FOLLOWED.items())
    chat_api, audit = await service.channel("chat_api"), await service.channel("audit")
    access = AccessMemory(AccessSource(AccessServiceClient(chat_api), credentials))
    notices = JsonNotices()
    backfill = AuditBackfill(AuditServiceClient(audit), credentials, codec, EVENTS)
    streams = StreamRegistry(backfill, notices)
    sessions = SessionRegistry(notices, backfill)
    handler = SubscribeHandler(sessions, streams, access)
    await _follow_topics(service, codec, TailHandler(streams, sessions, handler, access))
    service.spawn("eviction", _evict_idle(streams))
    authenticator = await service.authenticator(access.session_guard, person_issuer=PERSON_ISSUER)
    await _serve_websocket(service, WebSocketEdge(handler, sessions, authenticator, notices, _origins(service)))
    await service.enter(service.rpc_server([SyncRpc(handler, sessions)], authenticator, CALLERS))
    service.on_stop(partial(_close_all, sessions))


async def _follow_topics(service: Service, codec: AvroCodec, handler: TailHandler) -> None:
    """Follows the topics from now on, before any client can connect."""
    tail = TailConsumer(
        service.settings.kafka,
        service.settings.service,
        TOPICS,
        EVENTS,
        codec,
        handler.deliver,
        service.report("tail"),
        recall=handler.recall,
    )
    await tail.start()
    service.spawn("tail", tail.run())


async def _serve_websocket(service: Service, edge: WebSocketEdge) -> None:
    settings = service.settings
    if settings.http_port is None:
        raise ConfigError(["TODO_HTTP_PORT is not set"])
    await service.enter(await edge.serve(settings.bind_host, settings.http_port))


def _origins(service: Service) -> list[str]:
    """The origin of the web page, if it is known."""
    url = service.settings.public_http_url
    return [url.rstrip("/")] if url else []


async def _evict_idle(streams: StreamRegistry) -> None:
    while True:
        await asyncio.sleep(_EVICTION_SECONDS)
        streams.evict_idle()


async def _close_all(sessions: SessionRegistry) -> None:
    sessions.close_all()


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
