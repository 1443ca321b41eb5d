"""What is known about one person, and how it is merged. Pure.

Guarantees: `merged` is commutative, associative and idempotent, so it does not matter in which order events and answers
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
"""The events that the projection follows, on identity-events and workspace-events."""


class Role(Enum):
    """What a member may do, in rising order: read, change tasks, everything."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do everything that the other may."""
        return _RANK[self] >= _RANK[other]


_RANK: Final = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's role in a workspace as of a sequence number of the workspace; None after they left."""

    sequence: int
    role: Role | None


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's settings as of a sequence number of their stream. Empty where they are not known."""

    sequence: int = 0
    time_zone: str = ""
    locale: str = ""
    personal_workspace: UUID | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What is known about a person. `complete` is False while it comes from single events only."""

    user_id: UUID
    complete: bool = False
    deleted: bool = False
    generation: int = 0
    revoked_sessions: frozenset[UUID] = frozenset()
    profile: Profile = Profile()
    memberships: Mapping[UUID, Membership] = field(default_factory=dict)

    def role_in(self, workspace: UUID) -> Role | None:
        """The person's role; None if they have none, or if nothing is known."""
        membership = self.memberships.get(workspace)
        return membership.role if membership is not None and not self.deleted else None

    @property
    def workspaces(self) -> tuple[UUID, ...]:
        """The workspaces that the person is a member of."""
        return tuple(workspace for workspace in self.memberships if self.role_in(workspace) is not None)

    def admits(self, session: UUID | None, generation: int) -> bool:
        """Whether tokens of a session and a generation are still valid."""
        return not self.deleted and generation >= self.generation and session not in self.revoked_sessions

    def merged(self, other: "Access") -> "Access":
        """This merged with what else is known about the same person."""
        memberships = dict(self.memberships)
        for workspace, membership in other.memberships.items():
            memberships[workspace] = _newer(memberships.get(workspace, membership), membership)
        return replace(
            self,
            complete=self.complete or other.complete,
            deleted=self.deleted or other.deleted,
            generation=max(self.generation, other.generation),
            revoked_sessions=self.revoked_sessions | other.revoked_sessions,
            profile=max(self.profile, other.profile, key=_profile_order),
            memberships=memberships,
        )


@dataclass(frozen=True, slots=True)
class WorkspaceGone:
    """A workspace was deleted: it has no members from the sequence number of that event on."""

    workspace: UUID
    sequence: int


def changes_of(event: Event, meta: EventMeta) -> Iterator[Access | WorkspaceGone]:
    """What an event changes; nothing for one that is not about access."""
    change_of = _CHANGES.get(type(event))
    if change_of is not None:
        yield change_of(event, meta)


def _newer(one: Membership, other: Membership) -> Membership:
    """The later of two; of two with the same number, the lesser: a tie must not depend on the order."""
    return max(one, other, key=lambda known: (known.sequence, -_RANK[known.role] if known.role else 1))


def _profile_order(profile: Profile) -> tuple[int, str, str, str]:
    return (profile.sequence, profile.time_zone, profile.locale, str(profile.personal_workspace or ""))


def _profile(profile: UserProfile, meta: EventMeta) -> Profile:
    return Profile(meta.sequence, profile.time_zone, profile.locale, profile.personal_workspace_id)


def _signed_up(event: UserSignedUp, meta: EventMeta) -> Access:
    """The first event of a person; it tells of their own workspace before that workspace's event does."""
    own = event.profile.personal_workspace_id
    return Access(
        event.profile.id,
        complete=True,
        profile=_profile(event.profile, meta),
        memberships={own: Membership(0, Role.OWNER)},
    )


def _profile_changed(event: UserProfileChanged, meta: EventMeta) -> Access:
    return Access(event.profile.id, profile=_profile(event.profile, meta))


def _revoked(event: SessionsRevoked, _meta: EventMeta) -> Access:
    sessions = frozenset() if event.session_id is None else frozenset({event.session_id})
    return Access(event.user_id, generation=event.generation, revoked_sessions=sessions)


def _deleted(event: UserDeleted, _meta: EventMeta) -> Access:
    return Access(event.user_id, deleted=True)


def _joined(event: MemberAdded | MemberRoleChanged, meta: EventMeta) -> Access:
    return _member(event.member, meta, _role(event.member.role))


def _left(event: MemberRemoved, meta: EventMeta) -> Access:
    return _member(event.member, meta, None)


def _member(member: Member, meta: EventMeta, role: Role | None) -> Access:
    return Access(member.user_id, memberships={member.workspace_id: Membership(meta.sequence, role)})


def _role(name: str) -> Role | None:
    """None for a role that this release does not know: it grants nothing."""
    try:
        return Role(name.lower())
    except ValueError:
        return None


def _workspace_deleted(event: WorkspaceDeleted, meta: EventMeta) -> WorkspaceGone:
    return WorkspaceGone(event.workspace.id, meta.sequence)


_CHANGES: Final[Mapping[type[Event], Any]] = {
    UserSignedUp: _signed_up,
    UserProfileChanged: _profile_changed,
    SessionsRevoked: _revoked,
    UserDeleted: _deleted,
    MemberAdded: _joined,
    MemberRoleChanged: _joined,
    MemberRemoved: _left,
    WorkspaceDeleted: _workspace_deleted,
}
