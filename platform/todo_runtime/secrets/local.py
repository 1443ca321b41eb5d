"""Secrets in a folder."""

import asyncio
from pathlib import Path

from todo_runtime.secrets.interface import SecretNotFoundError


class LocalSecrets:
    """A folder with one file for each secret, e.g. `signing-key`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, name: str) -> str:
        """The text of the file of that name; SecretNotFoundError when there is none."""
        return await asyncio.to_thread(self._read, name)

    def _read(self, name: str) -> str:
        path = self._folder / name
        if path.parent != self._folder:
            raise SecretNotFoundError(f"{name!r} is not the name of a secret")
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise SecretNotFoundError(f"no secret {name!r}: {path} cannot be read ({error.strerror})") from error
