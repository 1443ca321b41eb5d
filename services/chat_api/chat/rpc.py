"""ChatService at the gRPC edge."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from google.protobuf.empty_pb2 import Empty
from todo.chat.v1 import chat_service_pb2 as pb
from todo_bindings.chat_api.rpc import ChatServiceServicer
from todo_runtime.errors import InvalidArgument
from todo_runtime.idempotency import Request, RequestKey, reply, request_of
from todo_runtime.ids import uuid7
from todo_runtime.paging import PageTokens
from todo_runtime.proto_time import timestamp_of
from todo_runtime.rpc import Call

from services.chat_api.access.cache import AccessCache
from services.chat_api.chat.conversations import ConversationService
from services.chat_api.chat.model import Author, Conversation, Intent, Message
from services.chat_api.chat.service import ChatResponse, ChatService, IncomingMessage
from services.chat_api.shared.resource_names import PERSONAL, parse_id, parse_workspace
from services.chat_api.tasks.rpc.messages import task_message

_SEND_MESSAGE: Final = "SendMessage"
_INTENTS: Final = {intent: pb.Intent.Value(f"INTENT_{intent.name}") for intent in Intent}
_AUTHORS: Final = {
    Author.PERSON: pb.Message.AUTHOR_PERSON,
    Author.ASSISTANT: pb.Message.AUTHOR_ASSISTANT,
}


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
        message = IncomingMessage(
            text=_require_text(request.text),
            conversation=_conversation_id(request.conversation) if request.conversation else None,
            workspace=parse_workspace(request.workspace) if request.workspace else PERSONAL,
            time_zone=request.time_zone,
        )
        actor = await self._access.actor(call)
        result = await self._chat.send_message(actor, message, _to_request(request))
        return reply(result, _to_response, pb.SendMessageResponse)

    async def stream_message(
        self, request: pb.StreamMessageRequest, call: Call
    ) -> AsyncIterator[pb.StreamMessageResponse]:
        """Takes one message and answers it: the text, then everything."""
        response = await self.send_message(request.message, call)
        yield pb.StreamMessageResponse(text=response.reply)
        yield pb.StreamMessageResponse(complete=response)

    async def create_conversation(self, request: pb.CreateConversationRequest, call: Call) -> pb.Conversation:
        """Creates a conversation."""
        request_id = UUID(request.request_id) if request.request_id else None
        name = _refuse_nul(request.conversation.display_name.strip(), "conversation.display_name")
        return _to_conversation(await self._conversations.create_conversation(call.person, name, request_id))

    async def get_conversation(self, request: pb.GetConversationRequest, call: Call) -> pb.Conversation:
        """Returns one conversation."""
        id_ = _conversation_id(request.name)
        return _to_conversation(await self._conversations.get_conversation(call.person, id_))

    async def list_conversations(
        self, request: pb.ListConversationsRequest, call: Call
    ) -> pb.ListConversationsResponse:
        """Lists the caller's conversations."""
        asked = self._pages.asked(request, call)
        before = UUID(asked.after) if asked.after else None
        conversations = await self._conversations.list_conversations(call.person, asked.limit, before)
        page = asked.cut(conversations, lambda conversation: str(conversation.id))
        return pb.ListConversationsResponse(
            conversations=map(_to_conversation, page.items), next_page_token=page.next_token
        )

    async def delete_conversation(self, request: pb.DeleteConversationRequest, call: Call) -> Empty:
        """Deletes a conversation."""
        await self._conversations.delete_conversation(call.person, _conversation_id(request.name))
        return Empty()

    async def list_messages(self, request: pb.ListMessagesRequest, call: Call) -> pb.ListMessagesResponse:
        """Lists the messages of a conversation."""
        id_ = _conversation_id(request.parent)
        asked = self._pages.asked(request, call)
        before = UUID(asked.after) if asked.after else None
        messages = await self._conversations.list_messages(call.person, id_, asked.limit, before)
        page = asked.cut(messages, lambda message: str(message.id))
        return pb.ListMessagesResponse(
            messages=[_to_message(id_, message) for message in page.items], next_page_token=page.next_token
        )


def _require_text(text: str) -> str:
    if not text.strip():
        raise InvalidArgument.at("text", "The message must not be empty.")
    return _refuse_nul(text, "text")


def _refuse_nul(text: str, field: str) -> str:
    """The text, if the database can keep it. Raises InvalidArgument."""
    if "\0" in text:
        raise InvalidArgument.at(field, "The text must not have the character U+0000.")
    return text


def _to_request(request: pb.SendMessageRequest) -> Request[ChatResponse]:
    """The request, under a new id where it has none: its steps need one even if nobody repeats it."""
    return request_of(request, _SEND_MESSAGE, _to_response) or Request(
        RequestKey(uuid7(), _SEND_MESSAGE, b""), lambda response: _to_response(response).SerializeToString()
    )


def _to_response(response: ChatResponse) -> pb.SendMessageResponse:
    return pb.SendMessageResponse(
        reply=response.answer.reply,
        intent=_INTENTS[response.answer.intent],
        tasks=map(task_message, response.answer.tasks),
        conversation=f"conversations/{response.conversation}",
        suggestions=response.answer.suggestions,
    )


def _to_conversation(conversation: Conversation) -> pb.Conversation:
    return pb.Conversation(
        name=f"conversations/{conversation.id}",
        display_name=conversation.display_name,
        create_time=timestamp_of(conversation.created_at),
        update_time=timestamp_of(conversation.updated_at),
    )


def _to_message(conversation: UUID, message: Message) -> pb.Message:
    return pb.Message(
        name=f"conversations/{conversation}/messages/{message.id}",
        author=_AUTHORS[message.author],
        text=message.text,
        create_time=timestamp_of(message.created_at),
        tasks=message.tasks,
    )


def _conversation_id(name: str) -> UUID:
    return parse_id(name.removeprefix("conversations/"), f"conversation {name[:64]!r}")
