"""Clients of the gRPC services that sync calls. Generated from its manifest.

- AuditServiceClient, served by audit: ListEvents
- AccessServiceClient, served by chat_api: GetAccess
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from todo.audit.v1.client import AuditServiceClient
from todo.identity.v1.client import AccessServiceClient

__all__ = [
    "TARGETS",
    "AuditServiceClient",
    "AccessServiceClient",
]

TARGETS: Final[Mapping[str, str]] = {
    "todo.audit.v1.AuditService": "audit",
    "todo.identity.v1.AccessService": "chat_api",
}
"""gRPC service → the service that serves it."""
