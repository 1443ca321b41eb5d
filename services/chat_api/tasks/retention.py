"""How long changes can be undone, and deleted tasks be undeleted."""

from datetime import timedelta
from typing import Final

from todo_runtime.retention import Purge

from services.chat_api.tasks.service.undo import KEPT as UNDOABLE
from services.chat_api.tasks.store import journal, tasks

UNDELETABLE: Final = timedelta(days=30)
"""As in todo/task/v1/task_service.proto."""

PURGES: Final = (Purge(UNDOABLE, journal.purge_expired), Purge(UNDELETABLE, tasks.purge_deleted))
