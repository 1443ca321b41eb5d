"""Encodes and decodes events in the registry's wire format: a zero byte, the schema id in 4 bytes, the Avro body.

Guarantees: no registry call for a message whose schema is cached; ids are looked up once, at the start, and a service
whose schemas are not registered does not start; a body that violates its schema is never sent.
Format: https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
"""

import asyncio
import io
import json
from collections.abc import Iterable
from typing import Any, TypeVar

import structlog
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from todo.events import Event, without_logical_types

from todo_runtime.back_off import BackOff
from todo_runtime.errors import PermanentlyBad, RetryLater
from todo_runtime.health import Report
from todo_runtime.wire.registry import SchemaRegistry

MAX_EVENT_BYTES = 900_000
"""The largest event: the broker's limit of 1 MiB less a margin for key and headers."""

_MAGIC = b"\x00"
_PREFIX = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_log = structlog.get_logger(__name__)
E = TypeVar("E", bound=Event)


class SchemaNotRegistered(Exception):
    """The registry lacks a schema of this service; the text names the subject and what to do."""


class Undecodable(Exception):
    """The bytes are not an event of the expected type; the text says why."""


class UnknownSchema(Exception):
    """The schema under `id` has not been fetched yet."""

    def __init__(self, id_: int) -> None:
        super().__init__(f"Schema {id_} has not been fetched.")
        self.id = id_


class AvroCodec:
    """Encodes and decodes events with cached schemas. `report` receives whether the registry answers."""

    def __init__(self, registry: SchemaRegistry, report: Report | None = None) -> None:
        self._registry = registry
        self._report = report or (lambda _ok, _reason: None)
        self._prefixes: dict[tuple[str, type[Event]], bytes] = {}
        self._writers: dict[int, Any] = {}
        self._texts: dict[int, str] = {}
        self._parsed: dict[type[Event], Any] = {}
        self._readers: dict[tuple[int, type[Event]], Any] = {}

    async def load(self, events: Iterable[tuple[str, Iterable[type[Event]]]]) -> None:
        """Looks up the schema ids of (topic, event classes); waits while the registry does not answer.

        Raises SchemaNotRegistered with all missing subjects.
        """
        pairs = [(topic, event) for topic, classes in events for event in classes]
        ids = await asyncio.gather(*(self._wait_for_id(topic, event) for topic, event in pairs))
        missing = [event.SCHEMA.subject(topic) for (topic, event), id_ in zip(pairs, ids, strict=True) if id_ is None]
        if missing:
            raise SchemaNotRegistered(
                f"The schema registry lacks this release's schemas of {', '.join(sorted(missing))}."
                " Run `todo contracts register` first."
            )
        for (topic, event), id_ in zip(pairs, ids, strict=True):
            self._cache(topic, event, id_ or 0)

    def encode(self, event: Event, topic: str) -> bytes:
        """The event in the wire format. Raises PermanentlyBad if it violates its schema or is too large."""
        buffer = io.BytesIO()
        buffer.write(self._prefixes[topic, type(event)])
        try:
            schemaless_writer(buffer, self._schema_of(type(event)), event.record)
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError) as error:
            name = event.SCHEMA.full_name
            raise PermanentlyBad(f"The event {name} violates its schema: {error}", "CONTRACT_VIOLATION") from error
        if buffer.tell() > MAX_EVENT_BYTES:
            raise PermanentlyBad(f"The event has {buffer.tell()} bytes; the limit is {MAX_EVENT_BYTES}.", "TOO_LARGE")
        return buffer.getvalue()

    def decode(self, data: bytes | None, reader: type[E]) -> E:
        """Decodes an event. Raises Undecodable, or UnknownSchema until `fetch` was called for its schema id."""
        id_ = schema_id(data)
        assert data is not None  # noqa: S101 - schema_id refuses None
        writer, resolve = self._resolution(id_, reader)
        body = io.BytesIO(data)
        body.seek(_PREFIX)
        try:
            record = schemaless_reader(body, writer, resolve)
        except Exception as error:
            raise Undecodable(f"The body is not a valid {reader.SCHEMA.full_name}: {_short(error)}") from error
        if body.read(1):
            raise Undecodable(f"The body continues after the end of {reader.SCHEMA.full_name}.")
        return reader.wrap(record)  # type: ignore[arg-type]

    async def fetch(self, ids: Iterable[int]) -> None:
        """Fetches schemas that are not cached yet; those that do not exist stay unknown. Raises RetryLater."""
        await asyncio.gather(*(self._fetch(id_) for id_ in set(ids) if id_ not in self._writers))

    def knows(self, id_: int) -> bool:
        """Whether the schema with this id is cached."""
        return id_ in self._writers

    def text_of(self, id_: int) -> str:
        """The JSON of a cached schema, as the registry stores it."""
        return self._texts[id_]

    def _resolution(self, id_: int, reader: type[Event]) -> tuple[Any, Any]:
        if id_ not in self._writers:
            raise UnknownSchema(id_)
        key = (id_, reader)
        if key not in self._readers:
            ours = self._schema_of(reader)
            self._readers[key] = None if self._writers[id_] == ours else ours
        return self._writers[id_], self._readers[key]

    def _schema_of(self, event: type[Event]) -> Any:
        if event not in self._parsed:
            self._parsed[event] = parse_schema(event.SCHEMA.wire)
        return self._parsed[event]

    def _cache(self, topic: str, event: type[Event], id_: int) -> None:
        self._prefixes[topic, event] = _MAGIC + id_.to_bytes(4)
        self._writers[id_] = self._schema_of(event)
        self._texts[id_] = event.SCHEMA.json

    async def _wait_for_id(self, topic: str, event: type[Event]) -> int | None:
        back_off = BackOff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                id_ = await self._registry.id_of(event.SCHEMA.subject(topic), event.SCHEMA.json)
            except RetryLater as error:
                pause = back_off.next_pause()
                self._report(False, error.message)
                _log.warning("registry_retry", reason=error.message, pause=pause)
                await asyncio.sleep(pause)
            else:
                self._report(True, "")
                return id_

    async def _fetch(self, id_: int) -> None:
        text = await self._registry.schema(id_)
        if text is not None:
            self._texts[id_] = text
            self._writers[id_] = parse_schema(without_logical_types(json.loads(text)))


def schema_id(data: bytes | None) -> int:
    """The schema id in front of a body. Raises Undecodable."""
    if data is None or len(data) < _PREFIX or data[:1] != _MAGIC:
        raise Undecodable("The value is not in the registry's wire format.")
    return int.from_bytes(data[1:_PREFIX])


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
