"""Invitations: whoever has an address and the code may join a workspace, until the invitation expires.

The code is derived from the invitation's id and the key of the service: it is not kept, and a repeat of the request
gets the same one.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from todo_runtime.errors import InvalidArgument

from services.chat_api.access.model import Role

VALID = timedelta(days=7)
"""How long an invitation may be accepted."""

_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation of an address to a workspace."""

    workspace_id: UUID
    id: UUID
    email: str
    role: Role
    invited_by: UUID
    created_at: datetime
    expires_at: datetime


class InvitationCodes:
    """The codes of invitations; `key` is a secret of this service."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, id_: UUID) -> str:
        """The code of an invitation: 43 characters that a URL can hold."""
        return base64.urlsafe_b64encode(id_.bytes + self._tag(id_.bytes)).decode().rstrip("=")

    def id_of(self, code: str) -> UUID | None:
        """The invitation that a code belongs to; None for a code that this service did not make."""
        try:
            data = base64.urlsafe_b64decode(code.strip() + "=" * (-len(code.strip()) % 4))
        except ValueError:
            return None
        id_, tag = data[:16], data[16:]
        return UUID(bytes=id_) if len(id_) == 16 and hmac.compare_digest(tag, self._tag(id_)) else None

    def _tag(self, id_: bytes) -> bytes:
        return hmac.new(self._key, id_, hashlib.sha256).digest()[:_TAG_BYTES]


def checked_email(text: str) -> str:
    """An address without surrounding blanks. Raises InvalidArgument for what can't be an e-mail address."""
    address = text.strip()
    local, at, host = address.rpartition("@")
    if not (local and at and host) or any(character.isspace() for character in address):
        raise InvalidArgument.at("invitation.email", f"{address[:80]!r} is not an e-mail address.")
    return address
