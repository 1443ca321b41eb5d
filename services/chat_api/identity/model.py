"""People, how they prove who they are, and what they sign in with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class User:
    """A person's account."""

    id: UUID
    email: str
    display_name: str
    time_zone: str
    locale: str
    personal_workspace_id: UUID
    generation: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    user_id: UUID
    password_hash: str
    sign_up_request_id: UUID | None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A long-lived token of a program, without its value."""

    id: UUID
    display_name: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a session is used with. `access_expires_at` is in UTC."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a person says of themselves."""

    email: str
    password: str
    display_name: str
    time_zone: str
    locale: str
    request_id: UUID | None
