"""The OpenAPI document of the gateway."""

from todo_runtime.rest.openapi.comments import comments_of, load_comments
from todo_runtime.rest.openapi.document import document

__all__ = ["comments_of", "document", "load_comments"]
