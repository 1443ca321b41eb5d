"""What changed in events between two states of the contracts: records, their versions, and what those say."""

from collections.abc import Iterator, Mapping

from todo_contracts.avro_source import Library, Schema
from todo_contracts.catalogue import State, Topic
from todo_contracts.evolution import advice, affected
from todo_contracts.evolution.additions import differences
from todo_contracts.evolution.avro_versions import refusals
from todo_contracts.evolution.change import Change, Verdict

_IGNORED = "producers when they like: consumers ignore types that they don't know"


def event_changes(
    older: Library, newer: Library, before: Mapping[str, Topic], now: Mapping[str, Topic]
) -> list[Change]:
    """Every difference, sorted. `before` and `now` are the catalogues of the two states."""
    return sorted(set(_changes(older, newer, before, now)))


def _changes(older: Library, newer: Library, before: Mapping[str, Topic], now: Mapping[str, Topic]) -> Iterator[Change]:
    for record, versions in newer.events.items():
        known = older.events.get(record)
        newest = versions[max(versions)]
        if known is None:
            affects = affected.of_record(record, now)
            yield Change(newest.file, record, "the event was added", Verdict.LEGAL, advice=_IGNORED, affects=affects)
            continue
        yield from _edited(known, versions, before, record)
        yield from _added(known, versions, now, record)
    for record, versions in older.events.items():
        for version in sorted(set(versions) - set(newer.events.get(record, {}))):
            yield _removed(versions[version], before)


def _edited(
    known: Mapping[int, Schema], versions: Mapping[int, Schema], before: Mapping[str, Topic], record: str
) -> Iterator[Change]:
    for number in sorted(set(known) & set(versions)):
        older, newer = known[number], versions[number]
        if older.text == newer.text:
            continue
        final = _published(before, record, number)
        for path, what in differences(older.expanded, newer.expanded) or [("", "its text was changed")]:
            yield Change(
                file=newer.file,
                element=_element(newer, path),
                what=f"{what}, in version {number} itself",
                verdict=Verdict.BREAKING if final else Verdict.LEGAL,
                rule="PUBLISHED_IS_FINAL" if final else "",
                advice=_new_version(newer) if final else "it is a draft: register it anew on laptops",
                affects=affected.of_record(record, before),
            )


def _added(
    known: Mapping[int, Schema], versions: Mapping[int, Schema], now: Mapping[str, Topic], record: str
) -> Iterator[Change]:
    for number in sorted(set(versions) - set(known)):
        newer, older = versions[number], [versions[one] for one in sorted(versions) if one < number]
        carrying = [topic for topic in now.values() if record in topic.records]
        refused = [change for topic in carrying for change in refusals(topic, now, newer, older)]
        yield from refused
        said = {change.element for change in refused}
        order = "; ".join(f"{topic.name}: {advice.rollout(topic)}" for topic in carrying)
        found = differences(older[-1].expanded, newer.expanded) if older else []
        for path, what in found or [("", "the same data in another text")]:
            if _element(newer, path) not in said:
                affects = affected.of_record(record, now)
                words = f"{what}, in version {number}"
                yield Change(newer.file, _element(newer, path), words, Verdict.LEGAL, advice=order, affects=affects)


def _removed(schema: Schema, before: Mapping[str, Topic]) -> Change:
    final = _published(before, schema.full_name, schema.version)
    return Change(
        file=schema.file,
        element=schema.full_name,
        what=f"version {schema.version} was removed",
        verdict=Verdict.BREAKING if final else Verdict.LEGAL,
        rule="PUBLISHED_IS_FINAL" if final else "",
        advice="restore it: events of that version are kept for ever" if final else "it was a draft",
        affects=affected.of_record(schema.full_name, before),
    )


def _published(topics: Mapping[str, Topic], record: str, version: int) -> bool:
    return any(topic.records.get(record, {}).get(version) is State.PUBLISHED for topic in topics.values())


def _element(schema: Schema, path: str) -> str:
    name = schema.full_name.rpartition(".")[2]
    return f"{name}.{path}" if path else name


def _new_version(schema: Schema) -> str:
    return f"restore it and write the change as {schema.path.parent.name}/{schema.version + 1}.avsc"
