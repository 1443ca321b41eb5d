"""Records of the Avro namespace todo.identity_events.v1, as typed read-only views. Generated from avro/."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from todo.events import Event, EventSchema, Rule, micros_of, time_of
from todo.types.v1 import UserProfile

__all__ = [
    "SessionsRevoked",
    "UserDeleted",
    "UserProfileChanged",
    "UserSignedUp",
]


class SessionsRevoked(Event):
    """Tokens of a person stopped being valid: one session's, or all up to a generation."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.identity_events.v1.SessionsRevoked",
        topics=("identity-events",),
        version=1,
        fingerprint="2f1f153b60ace46e8369ef4aebcc05f6d6eceb04eb95540ad7292fb3e73e682e",
        json='{"type":"record","name":"SessionsRevoked","namespace":"todo.identity_events.v1","doc":"Tokens of a person stopped being valid: one session\'s, or all up to a generation.","fields":[{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"Whose tokens."},{"name":"session_id","type":["null",{"type":"string","logicalType":"uuid"}],"doc":"The session that ended; null when all sessions ended.","default":null},{"name":"generation","type":"long","doc":"Tokens of a generation below this one are void."},{"name":"revoked_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]}',
        rules=(
            Rule(
                id="generation-counts-up",
                path="",
                cel="this.generation >= 0",
                message="Generations count up from 0.",
            ),
        ),
    )

    def __init__(
        self, *, user_id: UUID, session_id: UUID | None = None, generation: int, revoked_at: dt.datetime
    ) -> None:
        self.record = {
            "user_id": str(user_id),
            "session_id": None if session_id is None else str(session_id),
            "generation": generation,
            "revoked_at": micros_of(revoked_at),
        }

    @property
    def user_id(self) -> UUID:
        """Whose tokens."""
        value = self.record["user_id"]
        return UUID(value)

    @property
    def session_id(self) -> UUID | None:
        """The session that ended; null when all sessions ended."""
        value = self.record["session_id"]
        return None if value is None else UUID(value)

    @property
    def generation(self) -> int:
        """Tokens of a generation below this one are void."""
        value: int = self.record["generation"]
        return value

    @property
    def revoked_at(self) -> dt.datetime:
        """When."""
        value = self.record["revoked_at"]
        return time_of(value)


class UserDeleted(Event):
    """A person's account was deleted."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.identity_events.v1.UserDeleted",
        topics=("identity-events",),
        version=1,
        fingerprint="50d8811f14f04d0859035dad75d1e20938dabed340f0a0801582db42105cff4f",
        json='{"type":"record","name":"UserDeleted","namespace":"todo.identity_events.v1","doc":"A person\'s account was deleted.","fields":[{"name":"user_id","type":{"type":"string","logicalType":"uuid"},"doc":"Who."},{"name":"deleted_at","type":{"type":"long","logicalType":"timestamp-micros"},"doc":"When."}]}',
    )

    def __init__(self, *, user_id: UUID, deleted_at: dt.datetime) -> None:
        self.record = {
            "user_id": str(user_id),
            "deleted_at": micros_of(deleted_at),
        }

    @property
    def user_id(self) -> UUID:
        """Who."""
        value = self.record["user_id"]
        return UUID(value)

    @property
    def deleted_at(self) -> dt.datetime:
        """When."""
        value = self.record["deleted_at"]
        return time_of(value)


class UserProfileChanged(Event):
    """A person's profile changed."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.identity_events.v1.UserProfileChanged",
        topics=("identity-events",),
        version=1,
        fingerprint="b32608b220aa3dc5642d7eb68575851b9a5363d719c6609c8371f6f0f435a56b",
        json='{"type":"record","name":"UserProfileChanged","namespace":"todo.identity_events.v1","doc":"A person\'s profile changed.","fields":[{"name":"profile","type":{"type":"record","name":"UserProfile","namespace":"todo.types.v1","doc":"What other services need to know of a person.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the user, UUIDv7."},{"name":"display_name","type":"string","doc":"Name for people."},{"name":"time_zone","type":"string","doc":"IANA time zone name that the person lives in."},{"name":"locale","type":"string","doc":"BCP 47 language tag, e.g. en-GB."},{"name":"personal_workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The person\'s own workspace."}]},"doc":"The whole profile after the change."}]}',
        rules=(
            Rule(
                id="zone-is-iana",
                path="profile",
                cel="isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
        ),
    )

    def __init__(self, *, profile: UserProfile) -> None:
        self.record = {
            "profile": profile.record,
        }

    @property
    def profile(self) -> UserProfile:
        """The whole profile after the change."""
        value = self.record["profile"]
        return UserProfile.wrap(value)


class UserSignedUp(Event):
    """A person signed up."""

    __slots__ = ()

    SCHEMA: ClassVar[EventSchema] = EventSchema(
        full_name="todo.identity_events.v1.UserSignedUp",
        topics=("identity-events",),
        version=1,
        fingerprint="a4ae31009c20eb4b69e531cf4835680389be54d00c9cdf561168e00533809b6d",
        json='{"type":"record","name":"UserSignedUp","namespace":"todo.identity_events.v1","doc":"A person signed up.","fields":[{"name":"profile","type":{"type":"record","name":"UserProfile","namespace":"todo.types.v1","doc":"What other services need to know of a person.","fields":[{"name":"id","type":{"type":"string","logicalType":"uuid"},"doc":"Id of the user, UUIDv7."},{"name":"display_name","type":"string","doc":"Name for people."},{"name":"time_zone","type":"string","doc":"IANA time zone name that the person lives in."},{"name":"locale","type":"string","doc":"BCP 47 language tag, e.g. en-GB."},{"name":"personal_workspace_id","type":{"type":"string","logicalType":"uuid"},"doc":"The person\'s own workspace."}]},"doc":"The whole profile after the change."}]}',
        rules=(
            Rule(
                id="zone-is-iana",
                path="profile",
                cel="isTimeZone(this.time_zone)",
                message="The time zone has an IANA name.",
            ),
        ),
    )

    def __init__(self, *, profile: UserProfile) -> None:
        self.record = {
            "profile": profile.record,
        }

    @property
    def profile(self) -> UserProfile:
        """The whole profile after the change."""
        value = self.record["profile"]
        return UserProfile.wrap(value)
