"""Base classes of the gRPC services that notification serves. Generated from proto/ and its manifest.

Override the methods that are there; one that is not overridden answers UNIMPLEMENTED.
"""

from __future__ import annotations

from typing import ClassVar

from google.protobuf import empty_pb2
from google.protobuf.descriptor import ServiceDescriptor

from todo.notification.v1 import notification_service_pb2
from todo.ops.v1 import dead_letter_service_pb2
from todo_runtime.rpc import Call, Servicer, unimplemented

__all__ = [
    "NotificationServiceServicer",
    "DeadLetterServiceServicer",
]


class NotificationServiceServicer(Servicer):
    """What a person is told, and over which channels.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or is not the caller's.
    """

    SERVICE: ClassVar[str] = "todo.notification.v1.NotificationService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = notification_service_pb2.DESCRIPTOR.services_by_name[
        "NotificationService"
    ]

    async def list_notifications(
        self, request: notification_service_pb2.ListNotificationsRequest, call: Call
    ) -> notification_service_pb2.ListNotificationsResponse:
        """Lists the caller's notifications, the newest first."""
        raise unimplemented("todo.notification.v1.NotificationService/ListNotifications")

    async def mark_read(
        self, request: notification_service_pb2.MarkReadRequest, call: Call
    ) -> notification_service_pb2.Notification:
        """Marks a notification as read. Marking one that is read changes nothing and returns it."""
        raise unimplemented("todo.notification.v1.NotificationService/MarkRead")

    async def get_preferences(
        self, request: notification_service_pb2.GetPreferencesRequest, call: Call
    ) -> notification_service_pb2.Preferences:
        """Returns the caller's preferences."""
        raise unimplemented("todo.notification.v1.NotificationService/GetPreferences")

    async def update_preferences(
        self, request: notification_service_pb2.UpdatePreferencesRequest, call: Call
    ) -> notification_service_pb2.Preferences:
        """Changes the named fields of the caller's preferences."""
        raise unimplemented("todo.notification.v1.NotificationService/UpdatePreferences")

    async def create_channel(
        self, request: notification_service_pb2.CreateChannelRequest, call: Call
    ) -> notification_service_pb2.Channel:
        """Adds a channel outside the app. INVALID_ARGUMENT for an address that is not understood or not allowed."""
        raise unimplemented("todo.notification.v1.NotificationService/CreateChannel")

    async def list_channels(
        self, request: notification_service_pb2.ListChannelsRequest, call: Call
    ) -> notification_service_pb2.ListChannelsResponse:
        """Lists the caller's channels."""
        raise unimplemented("todo.notification.v1.NotificationService/ListChannels")

    async def delete_channel(
        self, request: notification_service_pb2.DeleteChannelRequest, call: Call
    ) -> empty_pb2.Empty:
        """Deletes a channel; what is waiting to be sent over it is not sent."""
        raise unimplemented("todo.notification.v1.NotificationService/DeleteChannel")

    async def test_channel(
        self, request: notification_service_pb2.TestChannelRequest, call: Call
    ) -> notification_service_pb2.Notification:
        """Sends a test message over a channel: it comes as a notification of the kind TEST."""
        raise unimplemented("todo.notification.v1.NotificationService/TestChannel")


class DeadLetterServiceServicer(Servicer):
    """What a consumer could never process and set aside, so that the rest could go on. Each service that consumes with
    a database of its own serves this for its own dead letters, to operators only.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    PERMISSION_DENIED for whoever is not an operator, NOT_FOUND for a dead letter that is not there (any more),
    UNAVAILABLE with a retry hint while a part is down.
    """

    SERVICE: ClassVar[str] = "todo.ops.v1.DeadLetterService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = dead_letter_service_pb2.DESCRIPTOR.services_by_name["DeadLetterService"]

    async def list_dead_letters(
        self, request: dead_letter_service_pb2.ListDeadLettersRequest, call: Call
    ) -> dead_letter_service_pb2.ListDeadLettersResponse:
        """Lists dead letters without their bytes, the newest first."""
        raise unimplemented("todo.ops.v1.DeadLetterService/ListDeadLetters")

    async def get_dead_letter(
        self, request: dead_letter_service_pb2.GetDeadLetterRequest, call: Call
    ) -> dead_letter_service_pb2.DeadLetter:
        """Returns one dead letter with its exact bytes."""
        raise unimplemented("todo.ops.v1.DeadLetterService/GetDeadLetter")

    async def redrive_dead_letter(
        self, request: dead_letter_service_pb2.RedriveDeadLetterRequest, call: Call
    ) -> dead_letter_service_pb2.DeadLetter:
        """Processes the message again, in its place in its stream: it never overwrites the effect of a later one.
        FAILED_PRECONDITION when it is not pending, or when it fails again; the error says why and the dead letter stays.
        """
        raise unimplemented("todo.ops.v1.DeadLetterService/RedriveDeadLetter")

    async def discard_dead_letter(
        self, request: dead_letter_service_pb2.DiscardDeadLetterRequest, call: Call
    ) -> dead_letter_service_pb2.DeadLetter:
        """Gives the message up: it stays listed as discarded until its retention ends and can't be redriven any more.
        Discarding a discarded one changes nothing. FAILED_PRECONDITION when it was redriven.
        """
        raise unimplemented("todo.ops.v1.DeadLetterService/DiscardDeadLetter")
