"""The unprivileged account that PostgreSQL runs under when the stack itself runs as root.

PostgreSQL refuses to run as root. Outside root nothing changes: every process runs as the caller.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from todo_stack.errors import StackError

_NAME = "nobody"


@dataclass(frozen=True)
class Account:
    """A system account: numeric user and group."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether every folder on the way lets the account through."""
        return all(self._may_pass(step) for step in [folder, *folder.parents] if step.exists())

    def _may_pass(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def unprivileged() -> Account | None:
    """The account to drop to, or None when the caller is not root. Raises StackError if there is none."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_NAME)
    except KeyError:
        raise StackError(
            f"PostgreSQL must not run as root, and this system has no user '{_NAME}' to run it as: "
            "create that user, or start the stack as another user than root."
        ) from None
    return Account(_NAME, entry.pw_uid, entry.pw_gid)
