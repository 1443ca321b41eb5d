"""The use cases of the log. Each works in one transaction: that of the consumer, or one of its own."""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from todo_runtime.db import Database, Transaction

from services.audit import store
from services.audit.domain.chain import Entry, Head, Link, Stream, extend
from services.audit.domain.verification import Problem, Walk, in_chain_order

VERIFIED_AT_ONCE: Final = 20_000
_CHUNK: Final = 1_000
_STREAMS_AT_ONCE: Final = 500
_BEGINNING: Final[Stream] = ("", UUID(int=0))


async def record_events(tx: Transaction, entries: Sequence[Entry], schemas: Mapping[bytes, str]) -> set[bytes]:
    """Appends events to the log and moves the ends of their chains.

    `schemas` are the writer schemas that the log may not have yet; returns those of them that it had already.
    """
    heads = await store.lock_heads(tx, (entry.stream for entry in entries))
    links, changed = extend(heads, entries)
    kept = set(await store.schemas(tx, schemas)) if schemas else set()
    if added := {one: text for one, text in schemas.items() if one not in kept}:
        await store.add_schemas(tx, added)
    await store.add_links(tx, links)
    await store.move_heads(tx, changed)
    return kept


@dataclass(frozen=True, slots=True)
class Page:
    """Some links in the order that was asked for, the schemas that they were written with, and whether more follow."""

    links: Sequence[Link]
    schemas: Mapping[bytes, str]
    more: bool


async def list_events(database: Database, stream: Stream, after: int, limit: int) -> Page:
    """The events of a stream behind a sequence, ascending."""
    async with database.transaction() as tx:
        return await _page(tx, await store.links_after(tx, stream, after, limit), limit)


async def list_events_backwards(database: Database, stream: Stream, after: int, before: int, limit: int) -> Page:
    """The events of a stream between two sequences, both excluded, descending."""
    async with database.transaction() as tx:
        return await _page(tx, await store.links_before(tx, stream, after, before, limit), limit)


async def list_events_of(database: Database, stream: Stream, subject: str, after: int, limit: int) -> Page:
    """The events of a stream about one subject, behind a sequence, ascending."""
    async with database.transaction() as tx:
        return await _page(tx, await store.links_of_subject(tx, stream, subject, after, limit), limit)


async def _page(tx: Transaction, links: Sequence[Link], limit: int) -> Page:
    fingerprints = {link.entry.schema_fingerprint for link in links} - {None}
    schemas = await store.schemas(tx, (one for one in fingerprints if one)) if fingerprints else {}
    return Page(links, schemas, store.is_full(links, limit))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a verification is: in a stream, behind what it has looked at there."""

    stream: Stream
    reached: Head


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What was found in a stream so far; `head` is where its chain is said to end."""

    stream: Stream
    problem: Problem | None
    count: int
    head: Head
    missing: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found, and where to go on; None when everything was looked at."""

    reports: Sequence[StreamReport]
    next: Place | None


async def verify_streams(database: Database, streams: Sequence[Stream], start: Place | None) -> Verification:
    """Verifies some streams, as much as fits into one call, in the given order."""
    async with _unmoved(database) as tx:
        return await _verify(tx, streams, start)


async def verify_all(database: Database, topics: Sequence[str], start: Place | None) -> Verification:
    """Verifies every stream of some topics, as much as fits into one call."""
    async with _unmoved(database) as tx:
        found = await store.streams_from(tx, start.stream if start else _BEGINNING, topics, _STREAMS_AT_ONCE + 1)
        verification = await _verify(tx, found[:_STREAMS_AT_ONCE], start)
    if verification.next is None and len(found) > _STREAMS_AT_ONCE:
        return Verification(verification.reports, Place(found[-1], Head()))
    return verification


@asynccontextmanager
async def _unmoved(database: Database) -> AsyncIterator[Transaction]:
    """A transaction that sees the log as it is at one moment, while events go on being recorded."""
    async with database.transaction() as tx:
        await tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield tx


async def _verify(tx: Transaction, streams: Sequence[Stream], start: Place | None) -> Verification:
    reports: list[StreamReport] = []
    left = VERIFIED_AT_ONCE
    for stream in _from(streams, start):
        if left <= 0:
            return Verification(reports, Place(stream, Head()))
        walk = Walk(start.reached if start and start.stream == stream else None)
        done = await _walk(tx, stream, walk, left)
        left -= walk.count
        reports.append(await _report(tx, stream, walk, done))
        if not done:
            return Verification(reports, Place(stream, walk.reached))
    return Verification(reports, None)


def _from(streams: Sequence[Stream], start: Place | None) -> Sequence[Stream]:
    return streams[streams.index(start.stream) :] if start and start.stream in streams else streams


async def _walk(tx: Transaction, stream: Stream, walk: Walk, limit: int) -> bool:
    """Goes along a chain until its end, a problem or the limit; whether there is nothing left to look at."""
    while walk.count < limit:
        links, more = await _next_links(tx, stream, walk.reached)
        for link in links:
            walk.step(link)
        if walk.problem is None:
            walk.problem = await _schema_problem(tx, links)
        if walk.problem is not None or not more:
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
    """Whether the schemas that events were written with are what they were."""
    wanted = {link.entry.schema_fingerprint for link in links} - {None}
    texts = await store.schemas(tx, (one for one in wanted if one))
    bad = {one for one in wanted if one not in texts or hashlib.sha256(texts[one].encode()).digest() != one}
    for link in links:
        if link.entry.schema_fingerprint in bad:
            return Problem(link.entry.sequence, "The schema that it was written with is not what was recorded.")
    return None


async def _report(tx: Transaction, stream: Stream, walk: Walk, done: bool) -> StreamReport:
    head = await store.head_of(tx, stream)
    problem = walk.finish(head) if done else walk.problem
    return StreamReport(stream, problem, walk.count, head or Head(), await store.missing_in(tx, stream))
