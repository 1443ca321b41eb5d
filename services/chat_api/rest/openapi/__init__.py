"""The OpenAPI document of the gateway."""

from services.chat_api.rest.openapi.comments import comments_of, load_comments
from services.chat_api.rest.openapi.document import document

__all__ = ["comments_of", "document", "load_comments"]
