"""The streams that clients know, and the topics behind them."""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID


class Kind(Enum):
    """What a stream is about; the value is the collection in its name."""

    WORKSPACE = "workspaces"
    PERSON = "users"


TOPICS: Final = {
    Kind.WORKSPACE: ("task-events", "workspace-events"),
    Kind.PERSON: ("notifications",),
}
"""The topics that feed a stream, in the order of the numbers in its cursors."""

KINDS: Final = {topic: kind for kind, topics in TOPICS.items() for topic in topics}
"""Topic → the kind of stream that it feeds."""

OWN: Final = "users/me"
"""The name of a person's own stream, to that person."""


@dataclass(frozen=True, slots=True)
class StreamId:
    """A stream: all that concerns a workspace, or a person."""

    kind: Kind
    id: UUID

    @property
    def name(self) -> str:
        """What a client calls it."""
        return OWN if self.kind is Kind.PERSON else f"{self.kind.value}/{self.id}"

    @property
    def parent(self) -> str:
        """What audit calls it."""
        return f"{self.kind.value}/{self.id}"

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that feed it."""
        return TOPICS[self.kind]
