"""The catalogue agrees with the schemas, the manifests and itself."""

from collections.abc import Iterator, Mapping

from todo_contracts.avro_source import Library
from todo_contracts.catalogue import State, Topic
from todo_contracts.headers import HeaderSet
from todo_contracts.manifest import Manifest
from todo_contracts.problems import Problem
from todo_contracts.wiring import Wiring

_DEAD_LETTERS = "-dead-letters"


def schema_problems(library: Library, topics: dict[str, Topic]) -> Iterator[Problem]:
    """Schemas that no topic lists, and listings that no schema backs."""
    for topic in topics.values():
        yield from _listed(topic, library)
    carried = {
        (name, version) for topic in topics.values() for name in topic.records for version in topic.records[name]
    }
    for versions in library.events.values():
        for schema in versions.values():
            if (schema.full_name, schema.version) not in carried:
                remedy = f"list version {schema.version} of {schema.full_name} under a topic's records"
                yield Problem(schema.file, "is in no topic of the catalogue", remedy)
    yield from _unused_types(library)
    yield from _gaps(library)


def _listed(topic: Topic, library: Library) -> Iterator[Problem]:
    if not topic.records:
        yield Problem(topic.file, "carries nothing", "list its records")
    for record, versions in topic.records.items():
        known = library.events.get(record, {})
        for version in versions:
            if version not in known:
                yield Problem(topic.file, f"lists {record} {version}, which has no schema", "add the .avsc file")
        yield from _published_after_draft(topic, record)
        if not _belongs(topic, record):
            remedy = "list it under the topic that its namespace names"
            yield Problem(topic.file, f"carries {record}, whose namespace is another topic's", remedy)


def _published_after_draft(topic: Topic, record: str) -> Iterator[Problem]:
    states = list(topic.records[record].values())
    if not states:
        yield Problem(topic.file, f"lists {record} without a version", "list each version with its state")
    if states != sorted(states, key=lambda state: state is State.DRAFT):
        yield Problem(topic.file, f"{record} has a draft before a published version", "publish them in order")


def _belongs(topic: Topic, record: str) -> bool:
    folder = "dead-letters" if topic.name.endswith(_DEAD_LETTERS) else topic.name
    return record.startswith(f"todo.{folder.replace('-', '_')}.v")


def _unused_types(library: Library) -> Iterator[Problem]:
    used = {pin for schema in library.schemas() for pin in schema.pins.items()}
    for versions in library.types.values():
        for schema in versions.values():
            if (schema.full_name, schema.version) not in used:
                yield Problem(schema.file, "is a shared type that nothing pins", "use it, or remove it")


def _gaps(library: Library) -> Iterator[Problem]:
    for versions in (*library.events.values(), *library.types.values()):
        newest = versions[max(versions)]
        if len(versions) != newest.version:
            yield Problem(newest.file, "comes after a gap", "number versions 1, 2, 3 and so on")


def topic_problems(wiring: Wiring, header_sets: Mapping[str, HeaderSet]) -> Iterator[Problem]:
    """Topics whose owner, header set or dead-letter topics don't add up."""
    for topic in wiring.topics.values():
        if topic.owner not in topic.producers:
            yield Problem(topic.file, f"its owner {topic.owner} doesn't produce it", "add it to producers")
        if topic.headers not in header_sets:
            remedy = f"describe it in avro/headers/{topic.headers}.yaml, or name another"
            yield Problem(topic.file, f"its header set {topic.headers!r} is unknown", remedy)
        for consumer in topic.consumers:
            yield from _dead_letters(wiring, topic, wiring.manifests[consumer])
        for consumer in topic.dead_letter_topics:
            if consumer not in topic.consumers:
                what = f"names a dead-letter topic for {consumer}, which doesn't consume it"
                yield Problem(topic.file, what, "remove it, or add the consumer")


def _dead_letters(wiring: Wiring, topic: Topic, consumer: Manifest) -> Iterator[Problem]:
    """A consumer with a database has a dead-letter topic of its own; one without can't record them."""
    name = topic.dead_letter_topics.get(consumer.name)
    if name is None:
        if consumer.database:
            expected = f"{consumer.name.replace('_', '-')}{_DEAD_LETTERS}"
            yield Problem(topic.file, f"has no dead-letter topic for {consumer.name}", f"name {expected}")
        return
    target = wiring.topics.get(name)
    if target is None:
        yield Problem(topic.file, f"names the dead-letter topic {name}, which is in no catalogue file", "add the file")
    elif target.owner != consumer.name:
        what = f"names the dead-letter topic {name}, which {target.owner} owns"
        yield Problem(topic.file, what, f"name one that {consumer.name} owns")


def manifest_problems(wiring: Wiring) -> Iterator[Problem]:
    """Contracts that nobody serves, and ports that two services want."""
    served = {name for manifest in wiring.manifests.values() for name in manifest.serves}
    for service in wiring.services.values():
        if service.full_name not in served:
            yield Problem(service.file, f"{service.full_name} is served by nobody", "add it to a manifest's serves")
    taken: dict[int, str] = {}
    for manifest in wiring.manifests.values():
        for port in (manifest.ports.grpc, manifest.ports.metrics, manifest.ports.http):
            if port is not None and taken.setdefault(port, manifest.name) != manifest.name:
                yield Problem(manifest.file, f"port {port} is {taken[port]}'s already", "choose a free one")
