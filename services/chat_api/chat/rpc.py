"""ChatService at the gRPC edge."""

import hashlib
from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.chat.v1 import chat_service_pb2 as pb
from todo_bindings.chat_api.rpc import ChatServiceServicer
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.idempotency import RequestKey
from todo_runtime.ids import uuid7
from todo_runtime.proto_time import timestamp_of
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.chat.conversations import ConversationService
from services.chat_api.chat.model import Author, Conversation, Intent, Message
from services.chat_api.chat.service import ChatResponse, ChatService, IncomingMessage
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.requests import PageTokens, page_size
from services.chat_api.shared.resource_names import PERSONAL, uuid_part, workspace_part
from services.chat_api.tasks.rpc.messages import task_message

_INTENTS: Final = {intent: pb.Intent.Value(f"INTENT_{intent.name}") for intent in Intent}
_AUTHORS: Final = {
    Author.PERSON: pb.Message.AUTHOR_PERSON,
    Author.ASSISTANT: pb.Message.AUTHOR_ASSISTANT,
}


class _Answered(Exception):
    """A message was answered before."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("answered before")
        self.answer = answer


class ChatRpc(ChatServiceServicer):
    """Requests to commands, conversations to answers."""

    def __init__(
        self, chat: ChatService, conversations: ConversationService, access: AccessCache, pages: PageTokens
    ) -> None:
        self._chat = chat
        self._conversations = conversations
        self._access = access
        self._pages = pages

    async def send_message(self, request: pb.SendMessageRequest, call: Call) -> pb.SendMessageResponse:
        """Takes one message and answers it."""
        said = IncomingMessage(
            text=_text(request.text),
            conversation=_conversation_id(request.conversation) if request.conversation else None,
            workspace=workspace_part(request.workspace) if request.workspace else PERSONAL,
            time_zone=request.time_zone,
        )
        actor = await self._access.actor(call)
        try:
            return _response(await self._chat.send_message(actor, said, _identity(request)))
        except _Answered as before:
            return pb.SendMessageResponse.FromString(before.answer)

    async def stream_message(
        self, request: pb.StreamMessageRequest, call: Call
    ) -> AsyncIterator[pb.StreamMessageResponse]:
        """Takes one message and answers it: the text, then everything."""
        response = await self.send_message(request.message, call)
        yield pb.StreamMessageResponse(text=response.reply)
        yield pb.StreamMessageResponse(complete=response)

    async def create_conversation(self, request: pb.CreateConversationRequest, call: Call) -> pb.Conversation:
        """Begins a conversation."""
        request_id = UUID(request.request_id) if request.request_id else None
        name = _without_nul(request.conversation.display_name.strip(), "conversation.display_name")
        return _message(await self._conversations.create_conversation(call.person, name, request_id))

    async def get_conversation(self, request: pb.GetConversationRequest, call: Call) -> pb.Conversation:
        """Returns one conversation."""
        return _message(await self._conversations.get_conversation(call.person, _conversation_id(request.name)))

    async def list_conversations(
        self, request: pb.ListConversationsRequest, call: Call
    ) -> pb.ListConversationsResponse:
        """Lists the caller's conversations."""
        place, size = self._pages.read("ListConversations", request, call.person), page_size(request)
        before = UUID(place) if place else None
        found = await self._conversations.list_conversations(call.person, size + 1, before)
        response = pb.ListConversationsResponse(conversations=[_message(one) for one in found[:size]])
        if len(found) > size:
            response.next_page_token = self._pages.make(
                "ListConversations", request, str(found[size - 1].id), call.person
            )
        return response

    async def delete_conversation(self, request: pb.DeleteConversationRequest, call: Call) -> Empty:
        """Deletes a conversation."""
        await self._conversations.delete_conversation(call.person, _conversation_id(request.name))
        return Empty()

    async def list_messages(self, request: pb.ListMessagesRequest, call: Call) -> pb.ListMessagesResponse:
        """Lists the messages of a conversation."""
        id_ = _conversation_id(request.parent)
        place, size = self._pages.read("ListMessages", request, call.person), page_size(request)
        before = UUID(place) if place else None
        found = await self._conversations.list_messages(call.person, id_, size + 1, before)
        response = pb.ListMessagesResponse(messages=[_spoken(id_, one) for one in found[:size]])
        if len(found) > size:
            response.next_page_token = self._pages.make("ListMessages", request, str(found[size - 1].id), call.person)
        return response


def _text(text: str) -> str:
    if not text.strip():
        raise _invalid("text", "The message must not be empty.")
    return _without_nul(text, "text")


def _without_nul(text: str, field: str) -> str:
    """The text, if the database can keep it. Raises InvalidArgument."""
    if "\0" in text:
        raise _invalid(field, "The text must not have the character U+0000.")
    return text


def _invalid(field: str, text: str) -> InvalidArgument:
    return InvalidArgument(text, violations=[FieldViolation(field, text)])


def _identity(request: pb.SendMessageRequest) -> Request[ChatResponse]:
    """The request's identity; one without an id gets a new one."""
    body = request.SerializeToString(deterministic=True)
    id_ = UUID(request.request_id) if request.request_id else uuid7()
    return Request(RequestKey(id_, "SendMessage", hashlib.sha256(body).digest()), _bytes, _answered)


def _bytes(spoken: ChatResponse) -> bytes:
    return _response(spoken).SerializeToString()


def _answered(answer: bytes) -> ChatResponse:
    raise _Answered(answer)


def _response(spoken: ChatResponse) -> pb.SendMessageResponse:
    return pb.SendMessageResponse(
        reply=spoken.answer.reply,
        intent=_INTENTS[spoken.answer.intent],
        tasks=[task_message(task) for task in spoken.answer.tasks],
        conversation=f"conversations/{spoken.conversation}",
        suggestions=spoken.answer.suggestions,
    )


def _message(conversation: Conversation) -> pb.Conversation:
    return pb.Conversation(
        name=f"conversations/{conversation.id}",
        display_name=conversation.display_name,
        create_time=timestamp_of(conversation.created_at),
        update_time=timestamp_of(conversation.updated_at),
    )


def _spoken(conversation: UUID, message: Message) -> pb.Message:
    return pb.Message(
        name=f"conversations/{conversation}/messages/{message.id}",
        author=_AUTHORS[message.author],
        text=message.text,
        create_time=timestamp_of(message.created_at),
        tasks=message.tasks,
    )


def _conversation_id(name: str) -> UUID:
    return uuid_part(name.removeprefix("conversations/"), f"conversation {name[:64]!r}")
