"""Who acts, and what a member may do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a member of a workspace may do."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person, in their time zone, perhaps through a service that acts for them."""

    user_id: UUID
    time_zone: str
    service: str | None = None
    correlation_id: UUID | None = None
    causation_id: UUID | None = None
