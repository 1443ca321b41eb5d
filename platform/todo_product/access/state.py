"""What is known of one person, and how it grows: pure.

Promises: `merged` is commutative, associative and idempotent, so it does not matter in which order events and answers
arrive, or how often.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final
from uuid import UUID

from todo.events import Event
from todo.identity_events.v1 import SessionsRevoked, UserDeleted, UserProfileChanged, UserSignedUp
from todo.types.v1 import Member, UserProfile
from todo.workspace_events.v1 import MemberAdded, MemberRemoved, MemberRoleChanged, WorkspaceDeleted
from todo_runtime.wire.record import EventMeta

ACCESS_EVENTS: Final[tuple[type[Event], ...]] = (
    UserSignedUp,
    UserProfileChanged,
    SessionsRevoked,
    UserDeleted,
    MemberAdded,
    MemberRoleChanged,
    MemberRemoved,
    WorkspaceDeleted,
)
"""The events that the projection is made of, on identity-events and workspace-events."""


class Role(Enum):
    """What a member may do, rising: read, change tasks, everything."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"

    def includes(self, other: "Role") -> bool:
        """Whether whoever has this role may do what the other one may."""
        return _RANK[self] >= _RANK[other]


_RANK: Final = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in a workspace as of an event's number there; a role of None is that of somebody who left."""

    sequence: int
    role: Role | None


@dataclass(frozen=True, slots=True)
class Profile:
    """How to talk to a person, as of a number in their stream. Empty where it is not known."""

    sequence: int = 0
    time_zone: str = ""
    locale: str = ""
    personal_workspace: UUID | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What is known of a person. `complete` is False while only single events have told of them."""

    user_id: UUID
    complete: bool = False
    deleted: bool = False
    generation: int = 0
    revoked_sessions: frozenset[UUID] = frozenset()
    profile: Profile = Profile()
    places: Mapping[UUID, Place] = field(default_factory=dict)

    def role_in(self, workspace: UUID) -> Role | None:
        """The person's role; None where they have none, or where nothing is known."""
        place = self.places.get(workspace)
        return place.role if place is not None and not self.deleted else None

    @property
    def workspaces(self) -> tuple[UUID, ...]:
        """Where the person is a member."""
        return tuple(workspace for workspace in self.places if self.role_in(workspace) is not None)

    def admits(self, session: UUID | None, generation: int) -> bool:
        """Whether tokens of a session and a generation still count."""
        return not self.deleted and generation >= self.generation and session not in self.revoked_sessions

    def merged(self, other: "Access") -> "Access":
        """Both pieces of knowledge of the same person."""
        places = dict(self.places)
        for workspace, place in other.places.items():
            places[workspace] = _newer(places.get(workspace, place), place)
        return replace(
            self,
            complete=self.complete or other.complete,
            deleted=self.deleted or other.deleted,
            generation=max(self.generation, other.generation),
            revoked_sessions=self.revoked_sessions | other.revoked_sessions,
            profile=max(self.profile, other.profile, key=_profile_order),
            places=places,
        )


@dataclass(frozen=True, slots=True)
class WorkspaceGone:
    """A workspace was deleted: nobody has a place there from its event's number on."""

    workspace: UUID
    sequence: int


def changes_of(event: Event, meta: EventMeta) -> Iterator[Access | WorkspaceGone]:
    """What an event tells; nothing for one that is not about access."""
    tell = _TELLS.get(type(event))
    if tell is not None:
        yield tell(event, meta)


def _newer(one: Place, other: Place) -> Place:
    """The later of two; of two with the same number, the lesser: a tie must not depend on the order."""
    return max(one, other, key=lambda place: (place.sequence, -_RANK[place.role] if place.role else 1))


def _profile_order(profile: Profile) -> tuple[int, str, str, str]:
    return (profile.sequence, profile.time_zone, profile.locale, str(profile.personal_workspace or ""))


def _profile(profile: UserProfile, meta: EventMeta) -> Profile:
    return Profile(meta.sequence, profile.time_zone, profile.locale, profile.personal_workspace_id)


def _signed_up(event: UserSignedUp, meta: EventMeta) -> Access:
    """Nothing can have come before it; the place in the own workspace is known before that workspace's event comes."""
    own = event.profile.personal_workspace_id
    return Access(
        event.profile.id,
        complete=True,
        profile=_profile(event.profile, meta),
        places={own: Place(0, Role.OWNER)},
    )


def _profile_changed(event: UserProfileChanged, meta: EventMeta) -> Access:
    return Access(event.profile.id, profile=_profile(event.profile, meta))


def _revoked(event: SessionsRevoked, _meta: EventMeta) -> Access:
    sessions = frozenset() if event.session_id is None else frozenset({event.session_id})
    return Access(event.user_id, generation=event.generation, revoked_sessions=sessions)


def _deleted(event: UserDeleted, _meta: EventMeta) -> Access:
    return Access(event.user_id, deleted=True)


def _placed(event: MemberAdded | MemberRoleChanged, meta: EventMeta) -> Access:
    return _member(event.member, meta, _role(event.member.role))


def _left(event: MemberRemoved, meta: EventMeta) -> Access:
    return _member(event.member, meta, None)


def _member(member: Member, meta: EventMeta, role: Role | None) -> Access:
    return Access(member.user_id, places={member.workspace_id: Place(meta.sequence, role)})


def _role(name: str) -> Role | None:
    """None for a role that this release does not know: it grants nothing."""
    try:
        return Role(name.lower())
    except ValueError:
        return None


def _workspace_deleted(event: WorkspaceDeleted, meta: EventMeta) -> WorkspaceGone:
    return WorkspaceGone(event.workspace.id, meta.sequence)


_TELLS: Final[Mapping[type[Event], Any]] = {
    UserSignedUp: _signed_up,
    UserProfileChanged: _profile_changed,
    SessionsRevoked: _revoked,
    UserDeleted: _deleted,
    MemberAdded: _placed,
    MemberRoleChanged: _placed,
    MemberRemoved: _left,
    WorkspaceDeleted: _workspace_deleted,
}
