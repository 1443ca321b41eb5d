"""Task lists: what they are, and the rules of their names."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from todo_runtime.errors import Aborted, InvalidArgument

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class TaskList:
    """A list of tasks. `revision` counts its changes from 1."""

    workspace_id: UUID
    id: UUID
    display_name: str
    revision: int
    created_at: datetime
    updated_at: datetime
    updated_by: UUID

    @property
    def etag(self) -> str:
        """The version that a write can name."""
        return str(self.revision)


def create(display_name: str, id_: UUID, workspace: UUID, by: UUID, now: datetime) -> TaskList:
    """A new list."""
    return TaskList(workspace, id_, _name(display_name), 1, now, now, by)


def rename(before: TaskList, display_name: str, by: UUID, now: datetime) -> TaskList:
    """The list under another name; the list itself when it is the same."""
    name = _name(display_name)
    if name == before.display_name:
        return before
    at = max(now, before.updated_at)
    return replace(before, display_name=name, revision=before.revision + 1, updated_at=at, updated_by=by)


def require_etag(current: TaskList, etag: str) -> None:
    """Refuses a write that means another version than the current one."""
    if etag and etag != current.etag:
        raise Aborted(
            f"The task list was changed meanwhile: its etag is now {current.etag}.",
            reason="ETAG_MISMATCH",
            metadata={"etag": current.etag},
        )


def _name(display_name: str) -> str:
    name = display_name.strip()
    if not name or len(name) > MAX_NAME:
        text = f"A task list needs a name of 1 to {MAX_NAME} characters."
        raise InvalidArgument.at("task_list.display_name", text)
    return name
