"""The interface of all stores of secrets."""

from typing import Protocol


class SecretNotFoundError(LookupError):
    """There is no secret with that name; the text says where it was searched."""


class SecretStore(Protocol):
    """Reads secrets. Secrets that the program itself writes belong, encrypted, in the database."""

    async def get(self, name: str) -> str:
        """The text of a secret. Raises SecretNotFoundError if there is none, RetryLater while the store is down."""
        ...
