"""What changed in the catalogue between two states of the contracts: topics and who stands on their sides."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from todo_contracts.catalogue import State, Topic
from todo_contracts.evolution import affected
from todo_contracts.evolution.change import Change, Verdict
from todo_contracts.evolution.levels import strictness

_NEW_TOPIC = "leave it, and add a topic: producers write both, then consumers move, then producers stop"
_FINAL: Mapping[str, Callable[[Topic], Any]] = {
    "partitions": lambda topic: topic.partitions,
    "key": lambda topic: topic.key.type,
    "cleanup": lambda topic: topic.cleanup,
    "headers": lambda topic: topic.headers,
}
_FREE: Mapping[str, Callable[[Topic], Any]] = {
    "owner": lambda topic: topic.owner,
    "retention": lambda topic: topic.retention or "for ever",
    "producers": lambda topic: ", ".join(sorted(topic.producers)),
    "consumers": lambda topic: ", ".join(sorted(topic.consumers)),
    "dead-letter topics": lambda topic: ", ".join(sorted(topic.dead_letter_topics.values())),
}


def catalogue_changes(older: Mapping[str, Topic], newer: Mapping[str, Topic]) -> list[Change]:
    """Every difference, sorted."""
    return sorted(set(_changes(older, newer)))


def _changes(older: Mapping[str, Topic], newer: Mapping[str, Topic]) -> Iterator[Change]:
    for name, topic in newer.items():
        if name in older:
            yield from _changed(older[name], topic)
        else:
            order = "create it first, then producers and consumers in any order"
            yield _change(topic, "the topic was added", advice=order)
    for name, topic in older.items():
        if name not in newer:
            yield _change(topic, "the topic was removed", "TOPIC_NO_DELETE" if _is_final(topic) else "", _NEW_TOPIC)


def _changed(older: Topic, newer: Topic) -> Iterator[Change]:
    for title, value in (*_FINAL.items(), *_FREE.items()):
        if value(older) != value(newer):
            what = f"its {title} was {value(older) or 'nobody'} and is {value(newer) or 'nobody'}"
            final = title in _FINAL and _is_final(older)
            yield _change(newer, what, f"TOPIC_SAME_{title.upper()}" if final else "", _NEW_TOPIC if final else "")
    if older.compatibility != newer.compatibility:
        what = f"its compatibility was {older.compatibility} and is {newer.compatibility}"
        sunk = _is_final(older) and not strictness(newer.compatibility) >= strictness(older.compatibility)
        restore = "restore it: consumers rely on it"
        yield _change(newer, what, "TOPIC_COMPATIBILITY_NOT_LOWERED" if sunk else "", restore if sunk else "")
    for record, versions in newer.records.items():
        for version, state in versions.items():
            if state is State.PUBLISHED and older.records.get(record, {}).get(version) is not State.PUBLISHED:
                yield _change(
                    newer, f"{record} {version} was published", advice="register it before anything rolls out"
                )


def _is_final(topic: Topic) -> bool:
    return any(state is State.PUBLISHED for versions in topic.records.values() for state in versions.values())


def _change(topic: Topic, what: str, rule: str = "", advice: str = "") -> Change:
    verdict = Verdict.BREAKING if rule else Verdict.LEGAL
    return Change(topic.file, topic.name, what, verdict, rule, advice, str(affected.of_topic(topic)))
