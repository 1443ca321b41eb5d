"""Clients of the gRPC services that audit calls. Generated from its manifest.

- AccessServiceClient, served by chat_api: GetAccess
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from todo.identity.v1.client import AccessServiceClient

__all__ = [
    "TARGETS",
    "AccessServiceClient",
]

TARGETS: Final[Mapping[str, str]] = {
    "todo.identity.v1.AccessService": "chat_api",
}
"""gRPC service → the service that serves it."""
