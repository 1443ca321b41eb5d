"""Who owns a stream: topics of workspaces, and topics of people."""

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
"""Topic → the owner of its streams: the meaning of its key in the catalogue."""

DEFAULT_TOPICS: Final = {Owner.WORKSPACE: "task-events", Owner.PERSON: "notifications"}
"""The topic where none is named."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A workspace or a person, by id."""

    owner: Owner
    id: UUID

    def __str__(self) -> str:
        return f"{self.owner.value}/{self.id}"

    def topic(self, name: str) -> str:
        """The topic of that name, or the default one. Raises InvalidArgument when others own its streams."""
        topic = name or DEFAULT_TOPICS[self.owner]
        if OWNERS.get(topic) is not self.owner:
            allowed = ", ".join(topic for topic, owner in OWNERS.items() if owner is self.owner)
            text = f"{self.owner.value} have no events on that topic: it must be one of {allowed}."
            raise InvalidArgument.at("topic", text, reason="UNKNOWN_TOPIC")
        return topic

    def topics(self, name: str) -> tuple[str, ...]:
        """The topic of that name, or all for an empty name. Raises InvalidArgument as `topic` does."""
        if name:
            return (self.topic(name),)
        return tuple(topic for topic, owner in OWNERS.items() if owner is self.owner)


def topics_named(name: str) -> tuple[str, ...]:
    """The topic of that name, or all for an empty name. Raises InvalidArgument for an unknown one."""
    if name and name not in OWNERS:
        text = f"There is no such topic: it must be one of {', '.join(OWNERS)}."
        raise InvalidArgument.at("topic", text, reason="UNKNOWN_TOPIC")
    return (name,) if name else tuple(OWNERS)


def parent_of(topic: str, key: UUID) -> Parent:
    """The owner of a stream."""
    return Parent(OWNERS[topic], key)
