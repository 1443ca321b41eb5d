"""Starts sync: wires the tail of the topics, the channels, the WebSocket and the gRPC server."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from todo_bindings.sync.callers import CALLERS
from todo_bindings.sync.clients import AccessServiceClient, AuditServiceClient
from todo_bindings.sync.tail import FOLLOWED
from todo_product.access import AccessMemory, AccessSource
from todo_runtime.auth import Authenticator, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.config import ConfigError
from todo_runtime.kafka import AvroCodec, SchemaRegistry, TailConsumer
from todo_runtime.rpc import RpcServer, channel
from todo_runtime.service import Service, backing, run_service

from services.sync.backfill import AuditBackfill
from services.sync.consumer import EVENTS, TOPICS, Intake
from services.sync.frames.changes import NoticeFrames
from services.sync.handlers.session_registry import Sessions
from services.sync.handlers.stream_registry import Hub
from services.sync.rpc import SyncRpc
from services.sync.websocket.edge import WebSocketEdge

REQUIRED: Final = ("TODO_HTTP_PORT", "TODO_TARGET_CHAT_API", "TODO_TARGET_AUDIT")
_SWEEP_SECONDS: Final = 60.0


async def start(service: Service) -> None:
    """Starts everything; returns when it runs."""
    settings = service.settings
    secrets = (await backing(service)).secrets
    credentials = ServiceCredentials(TokenIssuer(settings.service, await secrets.get("signing-key")))
    verifier = TokenVerifier(await secrets.get("jwks"), person_issuer="chat_api")
    codec = await _codec(service)
    chat_api = await service.enter(channel(settings.target("chat_api")))
    audit = await service.enter(channel(settings.target("audit")))
    access = AccessMemory(AccessSource(AccessServiceClient(chat_api), credentials))
    notices = NoticeFrames()
    hub = Hub(AuditBackfill(AuditServiceClient(audit), credentials, codec, EVENTS), notices)
    sessions = Sessions(hub, access)
    await _tail(service, codec, Intake(hub, access, sessions))
    service.spawn("sweep", _sweep(hub))
    authenticator = Authenticator(verifier, access.session_guard)
    await _websocket(service, WebSocketEdge(sessions, authenticator, notices, _origins(service)))
    await service.enter(
        RpcServer(
            [SyncRpc(sessions)],
            authenticator,
            address=settings.grpc_address,
            callers=CALLERS,
            health=service.health,
        )
    )
    service.on_stop(partial(_close_all, sessions))


async def _codec(service: Service) -> AvroCodec:
    registry = SchemaRegistry(service.settings.registry_url)
    service.on_stop(registry.close)
    codec = AvroCodec(registry, _report(service, "registry"))
    await codec.load(FOLLOWED.items())
    return codec


async def _tail(service: Service, codec: AvroCodec, intake: Intake) -> None:
    """Follows the topics from now on, before any client can come."""
    kafka = service.settings.kafka
    tail = TailConsumer(
        kafka,
        service.settings.service,
        TOPICS,
        EVENTS,
        codec,
        intake.deliver,
        _report(service, "tail"),
        recall=intake.recall,
    )
    await tail.start()
    service.spawn("tail", tail.run())


async def _websocket(service: Service, edge: WebSocketEdge) -> None:
    settings = service.settings
    if settings.http_port is None:
        raise ConfigError(["TODO_HTTP_PORT is not set"])
    await service.enter(await edge.serve(settings.bind_host, settings.http_port))


def _origins(service: Service) -> list[str]:
    """The web page's own origin, where it is known."""
    url = service.settings.public_http_url
    return [url.rstrip("/")] if url else []


async def _sweep(hub: Hub) -> None:
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        hub.forget_idle()


async def _close_all(sessions: Sessions) -> None:
    sessions.close_all()


def _report(service: Service, component: str) -> Callable[[bool, str], None]:
    return partial(service.health.set, component)


if __name__ == "__main__":
    run_service(start, required=REQUIRED)
