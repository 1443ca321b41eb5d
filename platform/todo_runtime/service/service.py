"""The parts that every service is built of, as its main asks for them.

Guarantees: parts end in the reverse order in which they were asked for; each reports its health under its own name
(`database`, `registry`, `relay`, `consumer`, `sidecar`).
"""

from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial

import grpc
from todo.events import Event

from todo_runtime.auth import Authenticator, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.auth.authenticator import SessionGuard
from todo_runtime.config import Settings
from todo_runtime.db import Database
from todo_runtime.db.watch import watch
from todo_runtime.health import Health, Report
from todo_runtime.kafka import AvroCodec, BatchConsumer, ConsumerSettings, SchemaRegistry
from todo_runtime.kafka.processor import Processor
from todo_runtime.outbox import OutboxSignal, Relay
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import RpcServer, Servicer, channel
from todo_runtime.rpc.access import Callers
from todo_runtime.service.backing import Backing, open_backing
from todo_runtime.service.lifetime import Lifetime


class Service(Lifetime):
    """One service: its settings, its health and its parts."""

    def __init__(self, settings: Settings, health: Health, parts: AsyncExitStack) -> None:
        super().__init__(parts)
        self.settings = settings
        self.health = health
        self._signal = OutboxSignal()
        self._backing: Backing | None = None

    def report(self, component: str) -> Report:
        """Receives the health of a component."""
        return partial(self.health.set, component)

    async def backing(self) -> Backing:
        """Where secrets and small values are kept."""
        if self._backing is None:
            self._backing = await open_backing(self.settings, self.health, self)
        return self._backing

    async def secret(self, name: str) -> str:
        """One of the service's secrets. Raises SecretNotFoundError."""
        return await (await self.backing()).secrets.get(name)

    async def token_issuer(self) -> TokenIssuer:
        """Signs tokens in the name of this service."""
        return TokenIssuer(self.settings.service, await self.secret("signing-key"))

    async def credentials(self) -> ServiceCredentials:
        """What the service's own calls are made with."""
        return ServiceCredentials(await self.token_issuer())

    async def page_tokens(self) -> PageTokens:
        """The page tokens of this service, the same in all its replicas."""
        return PageTokens.derived_from(await self.secret("signing-key"))

    async def database(self, name: str = "", max_size: int = 8) -> Database:
        """The service's database, without which it is not ready. `name` is that of the pool in metrics."""
        self.health.require("database")
        database = await self._open("app", name or self.settings.service, max_size)
        self.spawn("database", watch(database, self.report("database")))
        return database

    async def database_as(self, role: str, max_size: int) -> Database:
        """The same database in another role."""
        return await self._open(role, role, max_size)

    async def codec(self, events: Iterable[tuple[str, Sequence[type[Event]]]]) -> AvroCodec:
        """A codec that knows these events of these topics before the first arrives, so that the registry may be away
        then.
        """
        registry = await self.enter(SchemaRegistry(self.settings.registry_url))
        codec = AvroCodec(registry, self.report("registry"))
        await codec.load(events)
        return codec

    def relay(self) -> None:
        """Publishes the outbox, woken by the databases of this service."""
        settings = self.settings
        relay = Relay(
            settings.database_url("relay"), settings.kafka, settings.service, self._signal, self.report("relay")
        )
        self.spawn("relay", relay.run())

    def consume(self, processor: Processor, topics: tuple[str, ...], batch: int = 500) -> None:
        """Consumes topics as a member of the service's group."""
        settings = self.settings
        consuming = ConsumerSettings(settings.kafka, settings.service, topics, batch=batch, instance=settings.instance)
        self.spawn("consumer", BatchConsumer(consuming, processor, self.report("consumer")).run())

    async def channel(self, service: str) -> grpc.aio.Channel:
        """A channel to another service."""
        return await self.enter(channel(self.settings.target(service)))

    async def authenticator(self, session_guard: SessionGuard, *, person_issuer: str) -> Authenticator:
        """Tells who calls; only `person_issuer` signs the tokens of people."""
        return Authenticator(TokenVerifier(await self.secret("jwks"), person_issuer=person_issuer), session_guard)

    def rpc_server(self, servicers: Iterable[Servicer], authenticator: Authenticator, callers: Callers) -> RpcServer:
        """The gRPC server, which is entered when everything that it needs runs."""
        return RpcServer(
            servicers, authenticator, address=self.settings.grpc_address, callers=callers, health=self.health
        )

    async def _open(self, role: str, name: str, max_size: int) -> Database:
        url = self.settings.database_url(role)
        return await self.enter(Database(url, name=name, max_size=max_size, signal=self._signal))
