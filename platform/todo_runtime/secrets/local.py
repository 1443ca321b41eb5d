"""Secrets in a folder."""

import asyncio
from pathlib import Path

from todo_runtime.secrets.interface import SecretNotFoundError


class LocalSecrets:
    """A folder with one file for each secret, e.g. `signing-key`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, name: str) -> str:
        """The text of the file with that name. Raises SecretNotFoundError if it cannot be read."""
        return await asyncio.to_thread(self._read, name)

    def _read(self, name: str) -> str:
        path = self._folder / name
        if path.parent != self._folder:
            raise SecretNotFoundError(f"{name!r} is not a valid name of a secret.")
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise SecretNotFoundError(f"The secret {name!r} cannot be read from {path}: {error.strerror}.") from error
