"""The catalogue of topics, avro/topics/<topic>.yaml: who owns, writes and reads each, and what it may carry.

It is the one source for topics, access rights, registry subjects and the typed producers and consumers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem
from todo_contracts.strict_yaml import Fields, read_fields

_TOPIC = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LEVELS = (
    "BACKWARD",
    "BACKWARD_TRANSITIVE",
    "FORWARD",
    "FORWARD_TRANSITIVE",
    "FULL",
    "FULL_TRANSITIVE",
    "NONE",
)


class State(StrEnum):
    """A version is a draft until it is published, and published for ever from then on."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Key:
    """What the key of every message of a topic is."""

    type: str
    meaning: str


@dataclass(frozen=True)
class Topic:
    """One topic. `retention` None means for ever; `records`: a record's full name → its versions' states."""

    file: str
    name: str
    summary: str
    owner: str
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    key: Key
    partitions: int
    retention: timedelta | None
    cleanup: str
    compatibility: str
    headers: str
    records: Mapping[str, Mapping[int, State]]
    dead_letter_topics: Mapping[str, str]

    def subject(self, record: str) -> str:
        """The registry subject of a record on this topic (TopicRecordNameStrategy)."""
        return f"{self.name}-{record}"


def load_catalogue(layout: Layout) -> dict[str, Topic]:
    """Every topic by name, sorted; raises ContractError with all that is wrong in any file."""
    problems: list[Problem] = []
    topics: dict[str, Topic] = {}
    for path in sorted(layout.topics.glob("*.yaml")):
        file = layout.name(path)
        fields = read_fields(path, file, problems)
        if fields is None:
            continue
        topic = _read(file, fields)
        if topic.name and topic.name != path.stem:
            fields.complain("topic", f"is {topic.name!r}", f"use the name of the file, {path.stem!r}")
        topics[path.stem] = topic
    if problems:
        raise ContractError(problems)
    return topics


def _read(file: str, fields: Fields) -> Topic:
    name = fields.text("topic")
    if name and not _TOPIC.fullmatch(name):
        fields.complain("topic", f"is {name!r}", "use lower case words joined by hyphens")
    topic = Topic(
        file=file,
        name=name,
        summary=fields.text("summary"),
        owner=fields.text("owner"),
        producers=fields.texts("producers"),
        consumers=fields.texts("consumers"),
        key=_key(fields.fields("key")),
        partitions=fields.number("partitions"),
        retention=_retention(fields.fields("retention")),
        cleanup=fields.choice("cleanup", ("delete", "compact")),
        compatibility=fields.choice("compatibility", _LEVELS),
        headers=fields.text("headers"),
        records=_records(fields.fields("records")),
        dead_letter_topics=_dead_letters(fields.fields("dead_letter_topics")),
    )
    fields.close()
    return topic


def _key(fields: Fields) -> Key:
    key = Key(type=fields.choice("type", ("uuid",)), meaning=fields.text("meaning"))
    fields.close()
    return key


def _retention(fields: Fields) -> timedelta | None:
    forever = fields.flag("forever") if fields.has("forever") else False
    days = None if forever else timedelta(days=fields.number("days"))
    fields.close()
    return days


def _records(fields: Fields) -> dict[str, dict[int, State]]:
    return {record: _versions(fields.fields(record)) for record in fields.keys()}  # noqa: SIM118 (not a dict)


def _versions(fields: Fields) -> dict[int, State]:
    versions: dict[int, State] = {}
    for version in fields.keys():  # noqa: SIM118 (not a dict)
        state = fields.choice(version, tuple(State))
        if not isinstance(version, int) or version < 1:
            fields.complain(version, "is not a version", "use the number in the schema's file name")
        elif state in tuple(State):
            versions[version] = State(state)
    return dict(sorted(versions.items()))


def _dead_letters(fields: Fields) -> dict[str, str]:
    return {consumer: fields.text(consumer) for consumer in fields.keys()}  # noqa: SIM118 (not a dict)
