"""Passwords: argon2id with the library's defaults (RFC 9106), off the event loop and few at a time."""

import asyncio
import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_CONCURRENT = 2


class Passwords:
    """Hashes and verifies. An unknown address costs as much time as a wrong password.

    `hasher` sets the cost of a guess; without one it is that of the library's defaults.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(_CONCURRENT)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to store."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed; never for None."""
        if stored is None:
            self._decoy = self._decoy or await self.hash(secrets.token_urlsafe())
        async with self._slots:
            matches = await asyncio.to_thread(self._matches, stored or self._decoy or "", password)
        return matches and stored is not None

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def new_secret() -> str:
    """A secret of 256 bits, as text."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """SHA-256: what is stored of an address, or of a secret that is random and needs no slow hash."""
    return hashlib.sha256(secret.encode()).digest()
