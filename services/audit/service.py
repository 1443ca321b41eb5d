"""The use cases of the log. Each runs in one transaction: that of the consumer, or one of its own."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from todo_runtime.db import Database, Transaction

from services.audit import store
from services.audit.domain.chain import Entry, Head, Link, Stream, extend
from services.audit.domain.verification import ChainVerifier, Problem, in_chain_order

MAX_VERIFIED_LINKS: Final = 20_000
_CHUNK: Final = 1_000
_MAX_STREAMS: Final = 500
_FIRST_STREAM: Final[Stream] = ("", UUID(int=0))


async def record_events(tx: Transaction, entries: Sequence[Entry], schemas: Mapping[bytes, str]) -> set[bytes]:
    """Appends events to the log and moves the ends of their chains.

    `schemas` are the writer schemas that the log may lack; returns those of them that it had already.
    """
    heads = await store.lock_heads(tx, (entry.stream for entry in entries))
    links, changed = extend(heads, entries)
    known = set(await store.schemas(tx, schemas)) if schemas else set()
    if added := {fingerprint: text for fingerprint, text in schemas.items() if fingerprint not in known}:
        await store.add_schemas(tx, added)
    await store.add_links(tx, links)
    await store.move_heads(tx, changed)
    return known


@dataclass(frozen=True, slots=True)
class Page:
    """Links in the requested order, the schemas that they were written with, and whether more follow."""

    links: Sequence[Link]
    schemas: Mapping[bytes, str]
    more: bool


async def list_events(database: Database, stream: Stream, after: int, limit: int) -> Page:
    """The events of a stream after a sequence number, ascending."""
    async with database.transaction() as tx:
        return await _page(tx, await store.links_after(tx, stream, after, limit), limit)


async def list_events_descending(database: Database, stream: Stream, after: int, before: int, limit: int) -> Page:
    """The events of a stream between two sequence numbers, both excluded, descending."""
    async with database.transaction() as tx:
        return await _page(tx, await store.links_before(tx, stream, after, before, limit), limit)


async def list_events_of_subject(database: Database, stream: Stream, subject: str, after: int, limit: int) -> Page:
    """The events of a stream about one subject, after a sequence number, ascending."""
    async with database.transaction() as tx:
        return await _page(tx, await store.links_of_subject(tx, stream, subject, after, limit), limit)


async def _page(tx: Transaction, links: Sequence[Link], limit: int) -> Page:
    fingerprints = _schema_fingerprints(links)
    schemas = await store.schemas(tx, fingerprints) if fingerprints else {}
    return Page(links, schemas, store.is_full(links, limit))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a verification is: a stream, and the last link that was verified there."""

    stream: Stream
    reached: Head


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What was found in a stream so far; `head` is the recorded end of its chain."""

    stream: Stream
    problem: Problem | None
    count: int
    head: Head
    missing: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found, and where to continue; None when everything was verified."""

    reports: Sequence[StreamReport]
    next: Checkpoint | None


async def verify_streams(database: Database, streams: Sequence[Stream], start: Checkpoint | None) -> Verification:
    """Verifies some streams, as much as fits into one call, in the given order."""
    async with _snapshot(database) as tx:
        return await _verify(tx, streams, start)


async def verify_all(database: Database, topics: Sequence[str], start: Checkpoint | None) -> Verification:
    """Verifies every stream of some topics, as much as fits into one call."""
    async with _snapshot(database) as tx:
        streams = await store.streams_from(tx, start.stream if start else _FIRST_STREAM, topics, _MAX_STREAMS + 1)
        verification = await _verify(tx, streams[:_MAX_STREAMS], start)
    if verification.next is None and len(streams) > _MAX_STREAMS:
        return Verification(verification.reports, Checkpoint(streams[-1], Head()))
    return verification


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[Transaction]:
    """A transaction that sees the log as of one instant, while more events are recorded."""
    async with database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield tx


async def _verify(tx: Transaction, streams: Sequence[Stream], start: Checkpoint | None) -> Verification:
    reports: list[StreamReport] = []
    remaining = MAX_VERIFIED_LINKS
    for stream in _from_checkpoint(streams, start):
        if remaining <= 0:
            return Verification(reports, Checkpoint(stream, Head()))
        verifier = ChainVerifier(start.reached if start and start.stream == stream else None)
        done = await _verify_chain(tx, stream, verifier, remaining)
        remaining -= verifier.count
        reports.append(await _report(tx, stream, verifier, done))
        if not done:
            return Verification(reports, Checkpoint(stream, verifier.reached))
    return Verification(reports, None)


def _from_checkpoint(streams: Sequence[Stream], start: Checkpoint | None) -> Sequence[Stream]:
    return streams[streams.index(start.stream) :] if start and start.stream in streams else streams


async def _verify_chain(tx: Transaction, stream: Stream, verifier: ChainVerifier, limit: int) -> bool:
    """Verifies a chain until its end, a problem or the limit; returns whether nothing is left to verify."""
    while verifier.count < limit:
        links, more = await _next_links(tx, stream, verifier.reached)
        for link in links:
            verifier.verify(link)
        if verifier.problem is None:
            verifier.problem = await _schema_problem(tx, links)
        if verifier.problem is not None or not more:
            return True
    return False


async def _next_links(tx: Transaction, stream: Stream, reached: Head) -> tuple[list[Link], bool]:
    """The next links in the order of the chain, and whether more follow."""
    on_time = await store.links_on_time(tx, stream, reached.sequence, _CHUNK)
    late = await store.late_links(tx, stream, reached.link, _CHUNK)
    unfinished = [part for part in (on_time, late) if store.is_full(part, _CHUNK)]
    if not unfinished:
        return list(in_chain_order(on_time, late)), False
    known = min(part[-1].number for part in unfinished)
    return [link for link in in_chain_order(on_time, late) if link.number <= known], True


async def _schema_problem(tx: Transaction, links: Sequence[Link]) -> Problem | None:
    """The first event whose writer schema is not what was recorded."""
    fingerprints = _schema_fingerprints(links)
    texts = await store.schemas(tx, fingerprints)
    intact = {
        fingerprint for fingerprint, text in texts.items() if hashlib.sha256(text.encode()).digest() == fingerprint
    }
    bad = fingerprints - intact
    for link in links:
        if link.entry.schema_fingerprint in bad:
            return Problem(link.entry.sequence, "The schema that the event was written with is not what was recorded.")
    return None


def _schema_fingerprints(links: Sequence[Link]) -> set[bytes]:
    fingerprints = (link.entry.schema_fingerprint for link in links)
    return {fingerprint for fingerprint in fingerprints if fingerprint is not None}


async def _report(tx: Transaction, stream: Stream, verifier: ChainVerifier, done: bool) -> StreamReport:
    head = await store.head_of(tx, stream)
    problem = verifier.finish(head) if done else verifier.problem
    return StreamReport(stream, problem, verifier.count, head or Head(), await store.missing_in(tx, stream))
