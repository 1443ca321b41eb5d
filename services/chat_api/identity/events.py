"""The events of people."""

from datetime import datetime
from uuid import UUID

from todo.identity_events.v1 import SessionsRevoked, UserProfileChanged, UserSignedUp
from todo.types.v1 import UserProfile
from todo_bindings.chat_api.producers import IdentityEventsProducer
from todo_runtime.outbox import Outgoing

from services.chat_api.identity.model import User
from services.chat_api.shared.resource_names import user_name


class IdentityEvents:
    """Encodes the events of accounts and sessions."""

    def __init__(self, producer: IdentityEventsProducer) -> None:
        self._producer = producer

    def signed_up(self, user: User) -> Outgoing:
        """UserSignedUp."""
        event = UserSignedUp(profile=_profile(user))
        return self._producer.user_signed_up(event, key=user.id, subject=user_name(user.id), time=user.created_at)

    def profile_changed(self, user: User, now: datetime) -> Outgoing:
        """UserProfileChanged."""
        event = UserProfileChanged(profile=_profile(user))
        return self._producer.user_profile_changed(event, key=user.id, subject=user_name(user.id), time=now)

    def sessions_revoked(self, user: UUID, session: UUID | None, generation: int, now: datetime) -> Outgoing:
        """SessionsRevoked."""
        event = SessionsRevoked(user_id=user, session_id=session, generation=generation, revoked_at=now)
        return self._producer.sessions_revoked(event, key=user, subject=user_name(user), time=now)


def _profile(user: User) -> UserProfile:
    return UserProfile(
        id=user.id,
        display_name=user.display_name,
        time_zone=user.time_zone,
        locale=user.locale,
        personal_workspace_id=user.personal_workspace_id,
    )
