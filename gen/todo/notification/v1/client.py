"""Typed clients of the services in todo.notification.v1. Generated from proto/."""

from __future__ import annotations

import grpc.aio
from google.protobuf import empty_pb2

from todo.notification.v1 import notification_service_pb2
from todo.rpc import DEFAULT_TIMEOUT, Metadata, with_request_id

__all__ = [
    "NotificationServiceClient",
]


class NotificationServiceClient:
    """What a person is told, and over which channels.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or is not the caller's.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._list_notifications: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.ListNotificationsRequest, notification_service_pb2.ListNotificationsResponse
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/ListNotifications",
            request_serializer=notification_service_pb2.ListNotificationsRequest.SerializeToString,
            response_deserializer=notification_service_pb2.ListNotificationsResponse.FromString,
        )
        self._mark_read: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.MarkReadRequest, notification_service_pb2.Notification
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/MarkRead",
            request_serializer=notification_service_pb2.MarkReadRequest.SerializeToString,
            response_deserializer=notification_service_pb2.Notification.FromString,
        )
        self._get_preferences: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.GetPreferencesRequest, notification_service_pb2.Preferences
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/GetPreferences",
            request_serializer=notification_service_pb2.GetPreferencesRequest.SerializeToString,
            response_deserializer=notification_service_pb2.Preferences.FromString,
        )
        self._update_preferences: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.UpdatePreferencesRequest, notification_service_pb2.Preferences
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/UpdatePreferences",
            request_serializer=notification_service_pb2.UpdatePreferencesRequest.SerializeToString,
            response_deserializer=notification_service_pb2.Preferences.FromString,
        )
        self._create_channel: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.CreateChannelRequest, notification_service_pb2.Channel
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/CreateChannel",
            request_serializer=notification_service_pb2.CreateChannelRequest.SerializeToString,
            response_deserializer=notification_service_pb2.Channel.FromString,
        )
        self._list_channels: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.ListChannelsRequest, notification_service_pb2.ListChannelsResponse
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/ListChannels",
            request_serializer=notification_service_pb2.ListChannelsRequest.SerializeToString,
            response_deserializer=notification_service_pb2.ListChannelsResponse.FromString,
        )
        self._delete_channel: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.DeleteChannelRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/DeleteChannel",
            request_serializer=notification_service_pb2.DeleteChannelRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._test_channel: grpc.aio.UnaryUnaryMultiCallable[
            notification_service_pb2.TestChannelRequest, notification_service_pb2.Notification
        ] = channel.unary_unary(
            "/todo.notification.v1.NotificationService/TestChannel",
            request_serializer=notification_service_pb2.TestChannelRequest.SerializeToString,
            response_deserializer=notification_service_pb2.Notification.FromString,
        )

    async def list_notifications(
        self,
        request: notification_service_pb2.ListNotificationsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.ListNotificationsResponse:
        """Lists the caller's notifications, the newest first."""
        return await self._list_notifications(request, timeout=timeout, metadata=tuple(metadata))

    async def mark_read(
        self,
        request: notification_service_pb2.MarkReadRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.Notification:
        """Marks a notification as read. Marking one that is read changes nothing and returns it."""
        return await self._mark_read(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def get_preferences(
        self,
        request: notification_service_pb2.GetPreferencesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.Preferences:
        """Returns the caller's preferences."""
        return await self._get_preferences(request, timeout=timeout, metadata=tuple(metadata))

    async def update_preferences(
        self,
        request: notification_service_pb2.UpdatePreferencesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.Preferences:
        """Changes the named fields of the caller's preferences."""
        return await self._update_preferences(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def create_channel(
        self,
        request: notification_service_pb2.CreateChannelRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.Channel:
        """Adds a channel outside the app. INVALID_ARGUMENT for an address that is not understood or not allowed."""
        return await self._create_channel(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def list_channels(
        self,
        request: notification_service_pb2.ListChannelsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.ListChannelsResponse:
        """Lists the caller's channels."""
        return await self._list_channels(request, timeout=timeout, metadata=tuple(metadata))

    async def delete_channel(
        self,
        request: notification_service_pb2.DeleteChannelRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Deletes a channel; what is waiting to be sent over it is not sent."""
        return await self._delete_channel(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def test_channel(
        self,
        request: notification_service_pb2.TestChannelRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> notification_service_pb2.Notification:
        """Sends a test message over a channel: it comes as a notification of the kind TEST."""
        return await self._test_channel(with_request_id(request), timeout=timeout, metadata=tuple(metadata))
