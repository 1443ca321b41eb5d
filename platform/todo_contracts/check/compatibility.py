"""Whether each version of an event can live beside the older ones, at the level that its topic promises.

Judged by the official avro package; the registry has the same question put to it at registration.
"""

from collections.abc import Iterator, Mapping

import avro.errors
import avro.schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from todo_contracts.avro_source import Library, Schema
from todo_contracts.catalogue import Topic
from todo_contracts.problems import Problem


def compatibility_problems(library: Library, topics: Mapping[str, Topic]) -> Iterator[Problem]:
    """Versions that break the compatibility level of a topic that carries them."""
    for topic in topics.values():
        for record in topic.records:
            versions = library.events.get(record, {})
            ordered = [versions[number] for number in sorted(versions)]
            for index, newer in enumerate(ordered):
                yield from _against(topic, newer, ordered[:index])


def _against(topic: Topic, newer: Schema, older: list[Schema]) -> Iterator[Problem]:
    level, _, transitive = topic.compatibility.partition("_")
    for other in older if transitive else older[-1:]:
        if level in ("BACKWARD", "FULL"):
            yield from _reads(topic, newer, other, newer.file)
        if level in ("FORWARD", "FULL"):
            yield from _reads(topic, other, newer, newer.file)


def _reads(topic: Topic, reader: Schema, writer: Schema, file: str) -> Iterator[Problem]:
    try:
        checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
        result = checker.get_compatibility(avro.schema.parse(reader.text), avro.schema.parse(writer.text))
    except avro.errors.AvroException:
        return  # avro_rules says so
    if result.compatibility is not SchemaCompatibilityType.compatible:
        reasons = "; ".join(sorted(result.messages))
        what = f"a reader of version {reader.version} can't read version {writer.version} ({reasons})"
        remedy = f"{topic.name} promises {topic.compatibility}: give new fields a default, remove none without one"
        yield Problem(file, what, remedy)
