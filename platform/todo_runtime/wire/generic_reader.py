"""Decodes events of any type with the schema of their writer, into values that JSON can represent.

For services that store or show all events. Guarantees: a body is decoded to its last byte, or it is Undecodable with a
reason; a schema that the registry lacks makes a body Undecodable, a registry that does not answer raises RetryLater.
"""

import base64
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastavro import parse_schema, schemaless_reader
from todo.events import Event, without_logical_types

from todo_runtime.wire.codec import AvroCodec, Undecodable, schema_id

_PREFIX: Final = 5
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class WriterSchema:
    """A schema as the registry stores it. `fingerprint` is the SHA-256 of `text`, `name` the full name of its record.

    `typed` decodes logical types to Python types; `raw` leaves them as numbers and strings, which is much faster.
    """

    text: str
    fingerprint: bytes
    name: str
    typed: Any
    raw: Any


def writer_schema(text: str) -> WriterSchema:
    """Parses a schema. Raises Undecodable if it is not valid."""
    try:
        typed = parse_schema(json.loads(text))
        raw = parse_schema(without_logical_types(json.loads(text)))
    except Exception as error:  # whatever a malformed schema makes the parser raise
        raise Undecodable(f"The writer schema cannot be used: {type(error).__name__}.") from error
    name = typed.get("name", "") if isinstance(typed, Mapping) else ""
    return WriterSchema(text, hashlib.sha256(text.encode()).digest(), name, typed, raw)


class GenericReader:
    """Finds the writer's schema of bodies in the registry's wire format."""

    def __init__(self, codec: AvroCodec) -> None:
        self._codec = codec
        self._schemas: dict[int, WriterSchema] = {}

    async def fetch(self, payloads: Iterable[bytes | None]) -> None:
        """Fetches the schemas of bodies that are not cached yet. Raises RetryLater."""
        ids = {_id_or_none(payload) for payload in payloads}
        missing = {id_ for id_ in ids if id_ is not None and not self._codec.knows(id_)}
        if missing:
            await self._codec.fetch(missing)

    def schema_of(self, payload: bytes | None) -> WriterSchema:
        """The schema with which a body was written. Raises Undecodable."""
        id_ = schema_id(payload)
        known = self._schemas.get(id_)
        if known is None:
            if not self._codec.knows(id_):
                raise Undecodable(f"The registry has no schema {id_}.")
            known = self._schemas[id_] = writer_schema(self._codec.text_of(id_))
        return known


def check(schema: WriterSchema, payload: bytes) -> None:
    """Raises Undecodable unless the body can be decoded to its end."""
    _read(schema, schema.raw, payload)


def to_plain(schema: WriterSchema, payload: bytes) -> Any:
    """A body in JSON types: ids and enum symbols as strings, times in RFC 3339 in UTC, bytes in base64.

    Raises Undecodable.
    """
    return _plain(_read(schema, schema.typed, payload))


def decode_as(schema: WriterSchema, payload: bytes, reader: type[E]) -> E:
    """A body as an event class of this release, whichever version wrote it. Raises Undecodable."""
    return reader.wrap(_read(schema, schema.raw, payload, reader.SCHEMA.wire))


def _read(schema: WriterSchema, parsed: Any, payload: bytes, resolved: Any = None) -> Any:
    body = io.BytesIO(payload)
    body.seek(_PREFIX)
    try:
        record = schemaless_reader(body, parsed, resolved)
    except Exception as error:  # whatever a malformed body makes the decoder raise
        raise Undecodable(f"The body is not a valid {schema.name}: {type(error).__name__}: {error}"[:500]) from error
    if body.tell() != len(payload):
        raise Undecodable(f"The body continues after the end of {schema.name}.")
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _id_or_none(payload: bytes | None) -> int | None:
    try:
        return schema_id(payload)
    except Undecodable:
        return None
