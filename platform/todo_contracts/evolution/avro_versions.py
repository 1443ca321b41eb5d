"""Two versions of one event: whether both can live on its topic, judged twice.

The first verdict is compatibility at the topic's level and agrees with the registry; the second is the house
rules. What the first refuses isn't said again by the second.
"""

from collections.abc import Iterator, Mapping, Sequence

from todo_contracts.avro_source import Library, Schema
from todo_contracts.catalogue import Topic
from todo_contracts.evolution import advice, affected
from todo_contracts.evolution.change import Change, Verdict
from todo_contracts.evolution.house_rules import violations
from todo_contracts.evolution.resolution import incompatibilities
from todo_contracts.problems import Problem


def version_problems(library: Library, topics: Mapping[str, Topic]) -> Iterator[Problem]:
    """What keeps any version of any event from living beside the older ones."""
    for topic in topics.values():
        for record in topic.records:
            versions = library.events.get(record, {})
            ordered = [versions[number] for number in sorted(versions)]
            for index, newer in enumerate(ordered):
                for change in refusals(topic, topics, newer, ordered[:index]):
                    yield change.problem()


def refusals(topic: Topic, topics: Mapping[str, Topic], newer: Schema, older: Sequence[Schema]) -> Iterator[Change]:
    """Why a version can't follow those before it (oldest first) on a topic; each reason once."""
    broken: set[str] = set()
    for other in _looked_back(topic, older):
        for path, rule, what in _incompatible(topic, newer, other):
            if path not in broken:
                broken.add(path)
                yield _change(topics, newer, other, path, what, Verdict.BREAKING, rule)
    for other in reversed(older):
        for found in violations(other.expanded, newer.expanded):
            if found.path not in broken:
                broken.add(found.path)
                yield _change(topics, newer, other, found.path, found.what, Verdict.HOUSE, found.rule)


def incompatible(level: str, newer: Schema, older: Sequence[Schema]) -> bool:
    """The verdict that a registry gives at a compatibility level for a version after others, oldest first."""
    name, _, transitive = level.partition("_")
    judged = older if transitive else older[-1:]
    return any(True for other in judged for _ in _directions(name, newer, other))


def _looked_back(topic: Topic, older: Sequence[Schema]) -> Sequence[Schema]:
    return list(reversed(older)) if topic.compatibility.endswith("_TRANSITIVE") else older[-1:]


def _incompatible(topic: Topic, newer: Schema, other: Schema) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for path, rule, what in _directions(topic.compatibility.partition("_")[0], newer, other):
        if path not in seen:
            seen.add(path)
            yield path, rule, f"{what}; {topic.name} requires {topic.compatibility}"


def _directions(level: str, newer: Schema, other: Schema) -> Iterator[tuple[str, str, str]]:
    if level in ("BACKWARD", "FULL"):
        for found in incompatibilities(newer.expanded, other.expanded):
            who = f"a reader of version {newer.version} can't read version {other.version}"
            yield found.path, found.rule, f"{who} ({found.what})"
    if level in ("FORWARD", "FULL"):
        for found in incompatibilities(other.expanded, newer.expanded):
            who = f"a reader of version {other.version} can't read version {newer.version}"
            yield found.path, found.rule, f"{who} ({found.what})"


def _change(
    topics: Mapping[str, Topic], newer: Schema, other: Schema, path: str, what: str, verdict: Verdict, rule: str
) -> Change:
    name = newer.full_name.rpartition(".")[2]
    since = "" if verdict is Verdict.BREAKING else f" (since version {other.version})"
    return Change(
        file=newer.file,
        element=f"{name}.{path}" if path else name,
        what=what + since,
        verdict=verdict,
        rule=rule,
        advice=advice.for_avro(rule),
        affects=affected.of_record(newer.full_name, topics),
    )
