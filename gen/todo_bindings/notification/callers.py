"""Which services may call notification with their own token, by method. Generated from the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CALLERS: Final[Mapping[str, frozenset[str]]] = {
    "/todo.notification.v1.NotificationService/ListNotifications": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/MarkRead": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/GetPreferences": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/UpdatePreferences": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/CreateChannel": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/ListChannels": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/DeleteChannel": frozenset(("chat_api",)),
    "/todo.notification.v1.NotificationService/TestChannel": frozenset(("chat_api",)),
    "/todo.ops.v1.DeadLetterService/ListDeadLetters": frozenset(),
    "/todo.ops.v1.DeadLetterService/GetDeadLetter": frozenset(),
    "/todo.ops.v1.DeadLetterService/RedriveDeadLetter": frozenset(),
    "/todo.ops.v1.DeadLetterService/DiscardDeadLetter": frozenset(),
}
