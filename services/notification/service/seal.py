"""Seals the addresses of channels: they hold passwords and tokens of people.

AES-256-GCM with a key that is derived from the secret `channel-key` (HKDF, RFC 5869), bound to the channel's owner and
id, so that a row that is copied to another person's channel can't be opened.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from todo_runtime.errors import PermanentlyBad

_NONCE = 12


class Seal:
    """Seals and opens texts with one key."""

    def __init__(self, secret: str) -> None:
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"todo notification channel addresses v1")
        self._cipher = AESGCM(hkdf.derive(secret.encode()))

    def close(self, text: str, user: UUID, channel: UUID) -> bytes:
        """The sealed text."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), user.bytes + channel.bytes)

    def open(self, sealed: bytes, user: UUID, channel: UUID) -> str:
        """The text. Raises PermanentlyBad when it was sealed with another key or for another channel."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], user.bytes + channel.bytes).decode()
        except InvalidTag:
            raise PermanentlyBad("The address of the channel can't be opened with this service's key.") from None
