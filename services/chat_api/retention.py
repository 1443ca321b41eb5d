"""What chat_api keeps for a stated time only: the answers to requests, and what each feature says."""

from typing import Final

from todo_runtime.idempotency import KEPT
from todo_runtime.retention import Purge

from services.chat_api.chat import retention as chat
from services.chat_api.shared.request_table import REQUESTS
from services.chat_api.tasks import retention as tasks
from services.chat_api.workspaces import retention as workspaces

PURGES: Final = (Purge(KEPT, REQUESTS.purge_expired), *chat.PURGES, *tasks.PURGES, *workspaces.PURGES)
