"""The tokens of the signed-in person, in a file that only its owner can read.

The file is `$XDG_CONFIG_HOME/todo/credentials.json` (or `~/.config/todo/credentials.json`), with one session for each
address, so that tokens for a laptop and for a cluster never mix. `TODO_TOKEN`, an API token, takes precedence.
"""

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from todo.identity.v1 import identity_service_pb2 as identity

from todo_cli.errors import CommandError

REFRESH_BEFORE = timedelta(seconds=30)


@dataclass(frozen=True)
class Session:
    """The tokens for one address. `expires_at` is in UTC."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    email: str

    def is_stale(self, now: datetime) -> bool:
        """Whether the access token has expired or is about to."""
        return now >= self.expires_at - REFRESH_BEFORE


def from_tokens(tokens: identity.Tokens, email: str) -> Session:
    """The session from the tokens of a sign-up, a sign-in or a refresh."""
    expires_at = tokens.expire_time.ToDatetime(tzinfo=UTC)
    return Session(tokens.access_token, tokens.refresh_token, expires_at, email)


class SessionFile:
    """The sessions of this person on this machine, by address."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or _default_path()

    def load(self, target: str) -> Session:
        """The session for an address. Raises CommandError if there is none."""
        stored = self._read().get(target)
        if stored is None:
            raise CommandError(f"You are not signed in at {target}. Run `todo signup` or `todo login` first.")
        return Session(
            access_token=stored["access_token"],
            refresh_token=stored["refresh_token"],
            expires_at=datetime.fromisoformat(stored["expires_at"]),
            email=stored["email"],
        )

    def save(self, target: str, session: Session) -> None:
        """Stores the session for an address."""
        self._write({**self._read(), target: {**asdict(session), "expires_at": session.expires_at.isoformat()}})

    def remove(self, target: str) -> None:
        """Removes the session for an address, if there is one."""
        self._write({address: stored for address, stored in self._read().items() if address != target})

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            sessions: dict[str, dict[str, str]] = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise CommandError(f"{self._path} is damaged. Delete it and sign in again.") from error
        return sessions

    def _write(self, sessions: dict[str, dict[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(handle, "w") as file:
            json.dump(sessions, file, indent=2)
        Path(name).replace(self._path)


def _default_path() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "todo" / "credentials.json"
