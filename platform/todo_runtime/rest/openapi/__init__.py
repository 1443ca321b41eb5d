"""The OpenAPI document of the gateway."""

from todo_runtime.rest.openapi.comments import comments_of, load_comments
from todo_runtime.rest.openapi.document import document
from todo_runtime.rest.openapi.operations import path_of

__all__ = ["comments_of", "document", "load_comments", "path_of"]
