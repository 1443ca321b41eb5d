"""The hash chain of a stream.

Each recorded event is a link. `hash(link n) = SHA-256(hash(link n-1) || canonical bytes of the event)`, and before the
first link stand 32 zero bytes. Links are numbered in the order of recording, which is the order of the sequence except
for events that came late (after a dead letter was redriven, or a gap was filled): these are marked and linked where
they were recorded. So a change, a removal or an insertion anywhere but at the very end is detected, and the end is in
`heads`.
"""

import hashlib
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from services.audit.domain.packing import pack

GENESIS: Final = bytes(32)
Stream = tuple[str, UUID]

_VERSION: Final = b"todo.audit.event.v1\n"
_FIXED: Final = struct.Struct(">16sqq16sqqiq")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is recorded. `headers` are packed (see `packing`).

    `schema_id` is the id that the registry had for the writer schema then; only its fingerprint, the SHA-256 of the
    schema's text, is hashed, as ids mean nothing beyond one registry.
    """

    topic: str
    key: UUID
    sequence: int
    event_id: UUID
    type: str
    subject: str
    time: datetime
    recorded_at: datetime
    partition: int
    offset: int
    headers: bytes
    payload: bytes | None
    schema_id: int | None
    schema_fingerprint: bytes | None
    undecodable: str | None

    @property
    def stream(self) -> Stream:
        """The stream that it belongs to."""
        return self.topic, self.key


@dataclass(frozen=True, slots=True)
class Link:
    """An entry in its place in the chain; `late` when a higher sequence was there before it."""

    entry: Entry
    number: int
    late: bool
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: the highest sequence, the number of links and the hash of the last one."""

    sequence: int = 0
    link: int = 0
    hash: bytes = GENESIS


def canonical_bytes(entry: Entry, link: int) -> bytes:
    """Everything that is recorded of an event, without ambiguity. In order:

    the text `todo.audit.event.v1` and a line feed; key (16 bytes); sequence and link (8 bytes each); event_id
    (16 bytes); time and recorded_at in microseconds since 1970 in UTC (8 bytes each); partition (4 bytes); offset
    (8 bytes); then packed: topic, type, subject; the packed headers; then packed: payload, schema fingerprint, the
    reason why it can't be decoded. Numbers are signed and big-endian, texts are UTF-8.
    """
    return b"".join(
        (
            _VERSION,
            _FIXED.pack(
                entry.key.bytes,
                entry.sequence,
                link,
                entry.event_id.bytes,
                _micros(entry.time),
                _micros(entry.recorded_at),
                entry.partition,
                entry.offset,
            ),
            pack(entry.topic.encode()),
            pack(entry.type.encode()),
            pack(entry.subject.encode()),
            entry.headers,
            pack(entry.payload),
            pack(entry.schema_fingerprint),
            pack(None if entry.undecodable is None else entry.undecodable.encode()),
        )
    )


def hash_of(entry: Entry, link: int, prev_hash: bytes) -> bytes:
    """The hash of an entry as the link after another."""
    return hashlib.sha256(prev_hash + canonical_bytes(entry, link)).digest()


def extend(heads: Mapping[Stream, Head], entries: Iterable[Entry]) -> tuple[list[Link], dict[Stream, Head]]:
    """Links entries to the ends of their chains, in order; the links, and the new ends of the chains that changed."""
    changed: dict[Stream, Head] = {}
    links = []
    for entry in entries:
        stream = entry.stream
        head = changed.get(stream) or heads.get(stream) or Head()
        number = head.link + 1
        late = entry.sequence <= head.sequence
        link = Link(entry, number, late, head.hash, hash_of(entry, number, head.hash))
        links.append(link)
        changed[stream] = Head(max(head.sequence, entry.sequence), number, link.hash)
    return links, changed


def _micros(time: datetime) -> int:
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
