"""Invitations: an address may join a workspace, by a code, until a moment.

The code is made from the invitation's id and the service's key: it need not be kept, and a repeat of the request gets
the same one.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from todo_runtime.errors import FieldViolation, InvalidArgument

from services.chat_api.access.model import Role

VALID = timedelta(days=7)
"""How long an invitation may be accepted."""

_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Invitation:
    """An open invitation."""

    workspace_id: UUID
    id: UUID
    email: str
    role: Role
    invited_by: UUID
    created_at: datetime
    expires_at: datetime


class InvitationCodes:
    """Codes of invitations and back; `key` is this service's own."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, id_: UUID) -> str:
        """The code of an invitation, 43 characters that fit into an address."""
        return base64.urlsafe_b64encode(id_.bytes + self._tag(id_.bytes)).decode().rstrip("=")

    def read(self, code: str) -> UUID | None:
        """The invitation that a code is of; None for a code that was never given."""
        try:
            data = base64.urlsafe_b64decode(code.strip() + "=" * (-len(code.strip()) % 4))
        except ValueError:
            return None
        id_, tag = data[:16], data[16:]
        return UUID(bytes=id_) if len(id_) == 16 and hmac.compare_digest(tag, self._tag(id_)) else None

    def _tag(self, id_: bytes) -> bytes:
        return hmac.new(self._key, id_, hashlib.sha256).digest()[:_TAG_BYTES]


def address_of(text: str) -> str:
    """An address to invite. Raises InvalidArgument for what can't be one."""
    address = text.strip()
    local, at, host = address.rpartition("@")
    if not (local and at and host) or any(character.isspace() for character in address):
        wrong = f"{address[:80]!r} is no e-mail address."
        raise InvalidArgument(wrong, violations=[FieldViolation("invitation.email", wrong)])
    return address
