"""The gRPC services that chat_api forwards HTTP calls to. Generated from its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from google.protobuf.descriptor import ServiceDescriptor

from todo.audit.v1 import audit_service_pb2
from todo.notification.v1 import notification_service_pb2
from todo.recurrence.v1 import recurrence_service_pb2
from todo.sync.v1 import sync_service_pb2

FORWARDED: Final[Mapping[str, tuple[str, ServiceDescriptor]]] = {
    "todo.audit.v1.AuditService": (
        "audit",
        audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"],
    ),
    "todo.notification.v1.NotificationService": (
        "notification",
        notification_service_pb2.DESCRIPTOR.services_by_name["NotificationService"],
    ),
    "todo.recurrence.v1.RecurrenceService": (
        "recurring_task",
        recurrence_service_pb2.DESCRIPTOR.services_by_name["RecurrenceService"],
    ),
    "todo.sync.v1.SyncService": (
        "sync",
        sync_service_pb2.DESCRIPTOR.services_by_name["SyncService"],
    ),
}
"""gRPC service → the service that serves it, and its descriptor."""
