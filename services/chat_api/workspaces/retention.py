"""Deleted workspaces belong to nobody: their contents are purged without delay, in batches."""

from datetime import timedelta
from typing import Final

from todo_runtime.retention import Purge

from services.chat_api.workspaces.store import workspaces

PURGES: Final = (Purge(timedelta(), workspaces.purge_deleted),)
