"""What a store of secrets promises, wherever it keeps them."""

from typing import Protocol


class SecretNotFoundError(LookupError):
    """There is no secret of that name; the text says where it was looked for."""


class SecretStore(Protocol):
    """Reads secrets. What the program must write is no secret of this kind: it belongs, wrapped, in the database."""

    async def get(self, name: str) -> str:
        """The text of a secret; SecretNotFoundError when there is none. RetryLater while the store is down."""
        ...
