"""Who stands on the two sides of a contract: which services write and read a record, serve and call a method."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from todo_contracts.catalogue import Topic
from todo_contracts.manifest import Manifest

OUTSIDE = "clients outside (gRPC, REST)"


@dataclass(frozen=True, order=True)
class Sides:
    """The services that write something and those that read it."""

    writers: frozenset[str]
    readers: frozenset[str]

    def __str__(self) -> str:
        return f"written by {_names(self.writers)}; read by {_names(self.readers)}"

    def joined(self, other: "Sides") -> "Sides":
        """Both together."""
        return Sides(self.writers | other.writers, self.readers | other.readers)


def of_record(record: str, topics: Mapping[str, Topic]) -> str:
    """The producers and the consumers of every topic that carries a record."""
    sides = Sides(frozenset(), frozenset())
    for topic in topics.values():
        if record in topic.records:
            sides = sides.joined(of_topic(topic))
    return str(sides)


def of_topic(topic: Topic) -> Sides:
    """The producers and the consumers of a topic."""
    return Sides(frozenset(topic.producers), frozenset(topic.consumers))


def of_methods(methods: Iterable[tuple[str, str]], manifests: Mapping[str, Manifest]) -> str:
    """Who serves and who calls some methods, each given as (full name of its service, name)."""
    used = set(methods)
    serving = _names(
        manifest.name for manifest in manifests.values() for service, _ in used if service in manifest.serves
    )
    return f"served by {serving}; called by {_names([*_callers(used, manifests), OUTSIDE])}"


def _callers(methods: set[tuple[str, str]], manifests: Mapping[str, Manifest]) -> Iterator[str]:
    for manifest in manifests.values():
        gated = {name for target in manifest.gateway_to if target in manifests for name in manifests[target].serves}
        if any(service in gated or method in manifest.calls.get(service, ()) for service, method in methods):
            yield manifest.name


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names), key=lambda name: (name == OUTSIDE, name))) or "nobody"
