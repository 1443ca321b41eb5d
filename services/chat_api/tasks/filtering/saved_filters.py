"""Saved filters: what they are, and the rules of what can be kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from todo_runtime.errors import Aborted, FieldViolation, InvalidArgument

from services.chat_api.tasks.domain.order_by import order_of
from services.chat_api.tasks.filtering import (
    FilterContext,
    filter_of,
)

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A filter and an order under a name. `revision` counts its changes from 1."""

    workspace_id: UUID
    id: UUID
    display_name: str
    filter: str
    order_by: str
    revision: int
    created_at: datetime
    updated_at: datetime
    updated_by: UUID

    @property
    def etag(self) -> str:
        """The version that a write can name."""
        return str(self.revision)


def checked(saved: SavedFilter, time_zone: str) -> SavedFilter:
    """The filter as it is kept. Raises InvalidArgument for one that ListTasks could not read."""
    name = saved.display_name.strip()
    if not name or len(name) > MAX_NAME:
        text = f"A saved filter needs a name of 1 to {MAX_NAME} characters."
        raise InvalidArgument.at("saved_filter.display_name", text)
    try:
        filter_of(saved.filter, FilterContext(saved.updated_by, time_zone, saved.updated_at))
        order_of(saved.order_by)
    except InvalidArgument as error:
        violations = [FieldViolation(f"saved_filter.{one.field}", one.description) for one in error.violations]
        raise InvalidArgument(
            error.message, reason=error.reason, metadata=error.metadata, violations=violations
        ) from error
    return replace(saved, display_name=name)


def changed(before: SavedFilter, after: SavedFilter, by: UUID, now: datetime) -> SavedFilter:
    """The filter after a change; the filter itself when nothing differs."""
    if after == before:
        return before
    at = max(now, before.updated_at)
    return replace(after, revision=before.revision + 1, updated_at=at, updated_by=by)


def require_etag(current: SavedFilter, etag: str) -> None:
    """Refuses a write that means another version than the current one."""
    if etag and etag != current.etag:
        raise Aborted(
            f"The saved filter was changed meanwhile: its etag is now {current.etag}.",
            reason="ETAG_MISMATCH",
            metadata={"etag": current.etag},
        )
