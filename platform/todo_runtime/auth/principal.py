"""The identity of a caller."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

OPERATOR: Final = "operator"
"""The role of people who operate the system; it allows the methods that the contract marks for operators."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person (`user_id` and `session_id`), a service (`service`), or a service on behalf of a person (both).

    `generation` is the generation of the person's sessions when the token was issued: a later one revokes the token.
    `expires_at` is when the token expires, for long-lived connections; it is not part of the identity.
    """

    user_id: UUID | None = None
    service: str | None = None
    session_id: UUID | None = None
    generation: int = 0
    role: str | None = None
    expires_at: datetime | None = field(default=None, compare=False)

    @property
    def is_operator(self) -> bool:
        """Whether operator methods are allowed; never for a service."""
        return self.role == OPERATOR and self.service is None


ANONYMOUS: Final = Principal()
"""The caller of a public method."""
