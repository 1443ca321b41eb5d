"""Whose a stream is: topics of workspaces, and topics of people."""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from todo_runtime.errors import InvalidArgument


class Owner(Enum):
    """What the key of a topic means; the value is the collection in resource names."""

    WORKSPACE = "workspaces"
    PERSON = "users"


OWNERS: Final = {
    "task-events": Owner.WORKSPACE,
    "workspace-events": Owner.WORKSPACE,
    "reminders": Owner.WORKSPACE,
    "identity-events": Owner.PERSON,
    "notifications": Owner.PERSON,
}
"""Topic → whose its streams are: the meaning of its key in the catalogue."""

DEFAULT_TOPICS: Final = {Owner.WORKSPACE: "task-events", Owner.PERSON: "notifications"}
"""What is meant where no topic is named."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A workspace or a person, by id."""

    owner: Owner
    id: UUID

    def __str__(self) -> str:
        return f"{self.owner.value}/{self.id}"

    def topic(self, name: str) -> str:
        """The topic of that name, the default one for an empty name. InvalidArgument when its streams are others'."""
        topic = name or DEFAULT_TOPICS[self.owner]
        if OWNERS.get(topic) is not self.owner:
            of = ", ".join(one for one, owner in OWNERS.items() if owner is self.owner)
            text = f"{self.owner.value} have no events on that topic: it must be one of {of}."
            raise InvalidArgument.at("topic", text, reason="UNKNOWN_TOPIC")
        return topic

    def topics(self, name: str) -> tuple[str, ...]:
        """The topic of that name, or all for an empty name. InvalidArgument as in `topic`."""
        if name:
            return (self.topic(name),)
        return tuple(topic for topic, owner in OWNERS.items() if owner is self.owner)


def topics_named(name: str) -> tuple[str, ...]:
    """The topic of that name, or all for an empty name. InvalidArgument for an unknown one."""
    if name and name not in OWNERS:
        text = f"There is no such topic: it must be one of {', '.join(OWNERS)}."
        raise InvalidArgument.at("topic", text, reason="UNKNOWN_TOPIC")
    return (name,) if name else tuple(OWNERS)


def parent_of(topic: str, key: UUID) -> Parent:
    """Whose a stream is."""
    return Parent(OWNERS[topic], key)
