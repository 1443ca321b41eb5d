"""Workspaces and their members, and what is refused whoever asks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument

from services.chat_api.access.model import Role

PERSONAL_KIND = "personal"
SHARED_KIND = "shared"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace. `kind` is personal or shared; `revision` counts its changes from 1."""

    id: UUID
    display_name: str
    kind: str
    revision: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person as a member of one workspace."""

    workspace_id: UUID
    user_id: UUID
    role: Role
    joined_at: datetime
    email: str
    display_name: str


def personal(id_: UUID, now: datetime) -> Workspace:
    """The workspace that a person gets when they sign up."""
    return Workspace(id_, "Personal", PERSONAL_KIND, 1, now, now)


def shared(id_: UUID, display_name: str, now: datetime) -> Workspace:
    """A workspace that others may join. Raises InvalidArgument for an empty name."""
    return Workspace(id_, checked_name(display_name), SHARED_KIND, 1, now, now)


def checked_name(display_name: str) -> str:
    """The name without surrounding blanks. Raises InvalidArgument for an empty one."""
    if not display_name.strip():
        raise InvalidArgument.at("workspace.display_name", "A workspace needs a name.")
    return display_name.strip()


def require_shared(workspace: Workspace) -> None:
    """Raises FailedPrecondition for a personal workspace, which nobody joins and its owner never leaves."""
    if workspace.kind == PERSONAL_KIND:
        text = "A personal workspace can't be shared, left or deleted."
        raise FailedPrecondition(text, reason="PERSONAL_WORKSPACE")


def require_etag(workspace: Workspace, etag: str) -> None:
    """Raises Aborted when an etag is given and is not the current one."""
    if etag and etag != str(workspace.revision):
        raise Aborted(
            f"The workspace was changed meanwhile: its etag is now {workspace.revision}.",
            reason="ETAG_MISMATCH",
            metadata={"etag": str(workspace.revision)},
        )


def require_another_owner(owners: int) -> None:
    """Raises FailedPrecondition when an owner who leaves or loses the role is the only one."""
    if owners < 2:
        raise FailedPrecondition("A workspace needs an owner: make somebody else one first.", reason="LAST_OWNER")
