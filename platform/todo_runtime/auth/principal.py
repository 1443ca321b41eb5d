"""Owns the value that says who a call comes from."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

OPERATOR: Final = "operator"
"""The role of people who run the system; it opens the methods that the contract marks for operators."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person (`user_id` and `session_id`), a service (`service`), or a service on behalf of a person (both).

    `generation` is that of the person's sessions when the token was issued: a later one revokes it. `expires_at` is
    when the token ends, for whoever keeps a connection open; it says nothing of who the caller is.
    """

    user_id: UUID | None = None
    service: str | None = None
    session_id: UUID | None = None
    generation: int = 0
    role: str | None = None
    expires_at: datetime | None = field(default=None, compare=False)

    @property
    def is_operator(self) -> bool:
        """Whether operator methods are open; never for a service."""
        return self.role == OPERATOR and self.service is None


ANONYMOUS: Final = Principal()
"""The caller of a public method."""
