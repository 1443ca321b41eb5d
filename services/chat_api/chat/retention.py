"""How long the answers to sent messages are kept for repeats: as long as those to other requests."""

from typing import Final

from todo_runtime.idempotency import KEPT
from todo_runtime.retention import Purge

from services.chat_api.chat import store

PURGES: Final = (Purge(KEPT, store.purge_expired),)
