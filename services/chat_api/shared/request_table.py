"""The requests of chat_api that were answered: the first answer, for every repeat."""

from typing import Final

from todo_runtime.idempotency import RequestTable

REQUESTS: Final = RequestTable("scope", "actor_id")
"""The scope is what the request changes, e.g. a workspace; its stream must be locked before a request is looked up."""
