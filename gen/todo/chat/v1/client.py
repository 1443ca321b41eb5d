"""Typed clients of the services in todo.chat.v1. Generated from proto/."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import grpc.aio
from google.protobuf import empty_pb2

from todo.chat.v1 import chat_service_pb2
from todo.rpc import DEFAULT_TIMEOUT, Metadata, with_request_id

__all__ = [
    "ChatServiceClient",
]


class ChatServiceClient:
    """Tasks by talking: a message in plain words becomes commands, and the answer says what was done.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or is not the caller's. A message that is not understood is no error:
    the reply says so and shows what can be said.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._send_message: grpc.aio.UnaryUnaryMultiCallable[
            chat_service_pb2.SendMessageRequest, chat_service_pb2.SendMessageResponse
        ] = channel.unary_unary(
            "/todo.chat.v1.ChatService/SendMessage",
            request_serializer=chat_service_pb2.SendMessageRequest.SerializeToString,
            response_deserializer=chat_service_pb2.SendMessageResponse.FromString,
        )
        self._stream_message: grpc.aio.UnaryStreamMultiCallable[
            chat_service_pb2.StreamMessageRequest, chat_service_pb2.StreamMessageResponse
        ] = channel.unary_stream(
            "/todo.chat.v1.ChatService/StreamMessage",
            request_serializer=chat_service_pb2.StreamMessageRequest.SerializeToString,
            response_deserializer=chat_service_pb2.StreamMessageResponse.FromString,
        )
        self._create_conversation: grpc.aio.UnaryUnaryMultiCallable[
            chat_service_pb2.CreateConversationRequest, chat_service_pb2.Conversation
        ] = channel.unary_unary(
            "/todo.chat.v1.ChatService/CreateConversation",
            request_serializer=chat_service_pb2.CreateConversationRequest.SerializeToString,
            response_deserializer=chat_service_pb2.Conversation.FromString,
        )
        self._get_conversation: grpc.aio.UnaryUnaryMultiCallable[
            chat_service_pb2.GetConversationRequest, chat_service_pb2.Conversation
        ] = channel.unary_unary(
            "/todo.chat.v1.ChatService/GetConversation",
            request_serializer=chat_service_pb2.GetConversationRequest.SerializeToString,
            response_deserializer=chat_service_pb2.Conversation.FromString,
        )
        self._list_conversations: grpc.aio.UnaryUnaryMultiCallable[
            chat_service_pb2.ListConversationsRequest, chat_service_pb2.ListConversationsResponse
        ] = channel.unary_unary(
            "/todo.chat.v1.ChatService/ListConversations",
            request_serializer=chat_service_pb2.ListConversationsRequest.SerializeToString,
            response_deserializer=chat_service_pb2.ListConversationsResponse.FromString,
        )
        self._delete_conversation: grpc.aio.UnaryUnaryMultiCallable[
            chat_service_pb2.DeleteConversationRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.chat.v1.ChatService/DeleteConversation",
            request_serializer=chat_service_pb2.DeleteConversationRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._list_messages: grpc.aio.UnaryUnaryMultiCallable[
            chat_service_pb2.ListMessagesRequest, chat_service_pb2.ListMessagesResponse
        ] = channel.unary_unary(
            "/todo.chat.v1.ChatService/ListMessages",
            request_serializer=chat_service_pb2.ListMessagesRequest.SerializeToString,
            response_deserializer=chat_service_pb2.ListMessagesResponse.FromString,
        )

    async def send_message(
        self,
        request: chat_service_pb2.SendMessageRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> chat_service_pb2.SendMessageResponse:
        """Takes one message and answers it."""
        return await self._send_message(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def stream_message(
        self, request: chat_service_pb2.StreamMessageRequest, *, timeout: float | None = None, metadata: Metadata = ()
    ) -> AsyncGenerator[chat_service_pb2.StreamMessageResponse, None]:
        """Takes one message and answers it piece by piece; the last piece is complete."""
        call = self._stream_message(request, timeout=timeout, metadata=tuple(metadata))
        try:
            async for response in call:
                yield response
        finally:
            call.cancel()

    async def create_conversation(
        self,
        request: chat_service_pb2.CreateConversationRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> chat_service_pb2.Conversation:
        """Begins a conversation."""
        return await self._create_conversation(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def get_conversation(
        self,
        request: chat_service_pb2.GetConversationRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> chat_service_pb2.Conversation:
        """Returns one conversation."""
        return await self._get_conversation(request, timeout=timeout, metadata=tuple(metadata))

    async def list_conversations(
        self,
        request: chat_service_pb2.ListConversationsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> chat_service_pb2.ListConversationsResponse:
        """Lists the caller's conversations, the newest first."""
        return await self._list_conversations(request, timeout=timeout, metadata=tuple(metadata))

    async def delete_conversation(
        self,
        request: chat_service_pb2.DeleteConversationRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Deletes a conversation with its messages; tasks stay as they are."""
        return await self._delete_conversation(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def list_messages(
        self,
        request: chat_service_pb2.ListMessagesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> chat_service_pb2.ListMessagesResponse:
        """Lists the messages of a conversation, the newest first."""
        return await self._list_messages(request, timeout=timeout, metadata=tuple(metadata))
