"""The streams that clients know, and the topics that feed them."""

from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID


class StreamKind(Enum):
    """What a stream is about; the value is the collection in its name."""

    WORKSPACE = "workspaces"
    PERSON = "users"


TOPICS: Final = {
    StreamKind.WORKSPACE: ("task-events", "workspace-events"),
    StreamKind.PERSON: ("notifications",),
}
"""The topics that feed a stream, in the order of the sequence numbers in its cursors."""

KINDS: Final = {topic: kind for kind, topics in TOPICS.items() for topic in topics}
"""Topic → the kind of stream that it feeds."""

OWN_STREAM: Final = "users/me"
"""What a person calls their own stream."""


@dataclass(frozen=True, slots=True)
class StreamId:
    """A stream: everything that concerns a workspace, or a person."""

    kind: StreamKind
    id: UUID

    @property
    def name(self) -> str:
        """What a client calls it."""
        return OWN_STREAM if self.kind is StreamKind.PERSON else f"{self.kind.value}/{self.id}"

    @property
    def parent(self) -> str:
        """What audit calls it."""
        return f"{self.kind.value}/{self.id}"

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that feed it."""
        return TOPICS[self.kind]
