"""Clients of the gRPC services that recurring_task calls. Generated from its manifest.

- AccessServiceClient, served by chat_api: GetAccess
- TaskServiceClient, served by chat_api: CreateTask, GetTask
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from todo.identity.v1.client import AccessServiceClient
from todo.task.v1.client import TaskServiceClient

__all__ = [
    "TARGETS",
    "AccessServiceClient",
    "TaskServiceClient",
]

TARGETS: Final[Mapping[str, str]] = {
    "todo.identity.v1.AccessService": "chat_api",
    "todo.task.v1.TaskService": "chat_api",
}
"""gRPC service → the service that serves it."""
