"""SQL of the log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from todo_runtime.db import Row, Transaction

from services.audit.domain.chain import Entry, Head, Link, Stream

PAGE_BYTES: Final = 512 * 1024
"""Links are read until their payloads reach this size, so that neither memory nor a response grows without bound."""

_COLUMNS: Final = (
    "topic, key, sequence, event_id, type, subject, time, recorded_at, partition, position, headers, payload,"
    " schema_id, schema_fingerprint, undecodable, link, late, prev_hash, hash"
)
_TYPES: Final = (
    "text",
    "uuid",
    "int8",
    "uuid",
    "text",
    "text",
    "timestamptz",
    "timestamptz",
    "int4",
    "int8",
    "bytea",
    "bytea",
    "int4",
    "bytea",
    "text",
    "int8",
    "bool",
    "bytea",
    "bytea",
)
_COPY: Final = f"COPY events ({_COLUMNS}) FROM STDIN (FORMAT binary)".encode()

_HEADS = """
SELECT h.topic, h.key, h.sequence, h.link, h.hash
  FROM heads h JOIN unnest(%s::text[], %s::uuid[]) AS wanted (topic, key) USING (topic, key)
 ORDER BY h.topic, h.key
   FOR UPDATE OF h
"""
_MOVE_HEADS = """
INSERT INTO heads (topic, key, sequence, link, hash)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::bigint[], %s::bytea[]) ORDER BY 1, 2
    ON CONFLICT (topic, key) DO UPDATE SET sequence = excluded.sequence, link = excluded.link, hash = excluded.hash
"""
_ADD_SCHEMAS = """
INSERT INTO schemas (fingerprint, text) SELECT * FROM unnest(%s::bytea[], %s::text[]) ORDER BY 1 ON CONFLICT DO NOTHING
"""
_SCHEMAS = "SELECT fingerprint, text FROM schemas WHERE fingerprint = ANY(%s)"


def _page(where: str, order: str) -> str:
    """A query for links that ends after the one whose payload makes the page reach its size."""
    return f"""
    SELECT {_COLUMNS} FROM (
      SELECT *, coalesce(sum(octet_length(payload)) OVER (
               ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS size_before
        FROM (SELECT {_COLUMNS} FROM events
               WHERE topic = %s AND key = %s AND {where} ORDER BY {order} LIMIT %s) AS picked
    ) AS sized WHERE size_before < {PAGE_BYTES} ORDER BY {order}
    """  # noqa: S608 - constants of this module


_AFTER = _page("sequence > %s", "sequence")
_BEFORE = _page("sequence > %s AND sequence < %s", "sequence DESC")
_OF_SUBJECT = _page("subject = %s AND sequence > %s", "sequence")
_ON_TIME = _page("sequence > %s AND NOT late", "sequence")
_LATE = _page("late AND link > %s", "link")
_STREAMS = "SELECT topic, key FROM heads WHERE topic = ANY(%s) AND (topic, key) >= (%s, %s) ORDER BY 1, 2 LIMIT %s"
_HEAD = "SELECT sequence, link, hash FROM heads WHERE topic = %s AND key = %s"
_GAPS = "SELECT count(*) FROM inbox_holes WHERE topic = %s AND key = %s"


async def lock_heads(tx: Transaction, streams: Iterable[Stream]) -> dict[Stream, Head]:
    """The ends of chains, locked in order; a stream without events is left out."""
    wanted = sorted(set(streams))
    columns = ([topic for topic, _ in wanted], [key for _, key in wanted])
    rows = await tx.fetch_all(_HEADS, columns)
    return {(topic, key): Head(sequence, link, hash_) for topic, key, sequence, link, hash_ in rows}


async def add_links(tx: Transaction, links: Sequence[Link]) -> None:
    """Appends links to the log."""
    async with tx.connection.cursor().copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for link in links:
            await copy.write_row(_row(link))


async def move_heads(tx: Transaction, heads: Mapping[Stream, Head]) -> None:
    """Moves the ends of chains."""
    ends = heads.values()
    columns = (
        [topic for topic, _ in heads],
        [key for _, key in heads],
        [end.sequence for end in ends],
        [end.link for end in ends],
        [end.hash for end in ends],
    )
    await tx.execute(_MOVE_HEADS, columns)


async def add_schemas(tx: Transaction, schemas: Mapping[bytes, str]) -> None:
    """Stores writer schemas by fingerprint, unless they are there."""
    await tx.execute(_ADD_SCHEMAS, (list(schemas), list(schemas.values())))


async def schemas(tx: Transaction, fingerprints: Iterable[bytes]) -> dict[bytes, str]:
    """The texts of writer schemas by fingerprint."""
    return dict(await tx.fetch_all(_SCHEMAS, (list(set(fingerprints)),)))


async def links_after(tx: Transaction, stream: Stream, sequence: int, limit: int) -> list[Link]:
    """The links of a stream after a sequence number, ascending."""
    return [_link(row) for row in await tx.fetch_all(_AFTER, (*stream, sequence, limit))]


async def links_before(tx: Transaction, stream: Stream, after: int, before: int, limit: int) -> list[Link]:
    """The links of a stream between two sequence numbers, both excluded, descending."""
    return [_link(row) for row in await tx.fetch_all(_BEFORE, (*stream, after, before, limit))]


async def links_of_subject(tx: Transaction, stream: Stream, subject: str, sequence: int, limit: int) -> list[Link]:
    """The links of a stream about one subject after a sequence number, ascending."""
    return [_link(row) for row in await tx.fetch_all(_OF_SUBJECT, (*stream, subject, sequence, limit))]


async def links_on_time(tx: Transaction, stream: Stream, sequence: int, limit: int) -> list[Link]:
    """The links of a stream that did not come late, after a sequence number, ascending."""
    return [_link(row) for row in await tx.fetch_all(_ON_TIME, (*stream, sequence, limit))]


async def late_links(tx: Transaction, stream: Stream, number: int, limit: int) -> list[Link]:
    """The links of a stream that came late, after a link number, ascending by link number."""
    return [_link(row) for row in await tx.fetch_all(_LATE, (*stream, number, limit))]


async def streams_from(tx: Transaction, start: Stream, topics: Sequence[str], limit: int) -> list[Stream]:
    """The streams of some topics in order, starting with `start`."""
    return [(topic, key) for topic, key in await tx.fetch_all(_STREAMS, (list(topics), *start, limit))]


async def head_of(tx: Transaction, stream: Stream) -> Head | None:
    """The end of a chain; None for a stream without events."""
    row = await tx.fetch_one(_HEAD, stream)
    return Head(*row) if row else None


async def missing_in(tx: Transaction, stream: Stream) -> int:
    """How many sequence numbers below the highest one are missing."""
    row = await tx.fetch_one(_GAPS, stream)
    return int(row[0]) if row else 0


def is_full(links: Sequence[Link], limit: int) -> bool:
    """Whether more may follow what one of the queries above returned."""
    return len(links) >= limit or sum(len(link.entry.payload or b"") for link in links) >= PAGE_BYTES


def _row(link: Link) -> tuple[object, ...]:
    entry = link.entry
    return (
        entry.topic,
        entry.key,
        entry.sequence,
        entry.event_id,
        entry.type,
        entry.subject,
        entry.time,
        entry.recorded_at,
        entry.partition,
        entry.offset,
        entry.headers,
        entry.payload,
        entry.schema_id,
        entry.schema_fingerprint,
        entry.undecodable,
        link.number,
        link.late,
        link.prev_hash,
        link.hash,
    )


def _link(row: Row) -> Link:
    *entry, number, late, prev_hash, hash_ = row
    return Link(Entry(*entry), number, late, prev_hash, hash_)
