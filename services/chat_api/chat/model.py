"""Conversations with the assistant: the values that are kept, and the answer to a message."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chat_api.tasks.domain.model import Task


class Author(StrEnum):
    """Who wrote a message."""

    PERSON = "person"
    ASSISTANT = "assistant"


class Intent(StrEnum):
    """What a message was understood as."""

    UNKNOWN = "unknown"
    ADD = "add"
    LIST = "list"
    CHANGE = "change"
    COMPLETE = "complete"
    REOPEN = "reopen"
    DELETE = "delete"
    SEARCH = "search"
    HELP = "help"
    CLARIFY = "clarify"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of one person."""

    id: UUID
    display_name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `tasks` are the resource names of those that it is about."""

    id: UUID
    author: Author
    text: str
    tasks: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a message: plain text for people, and the tasks that it is about, in the order of the text."""

    reply: str
    intent: Intent
    tasks: tuple[Task, ...] = ()
    suggestions: tuple[str, ...] = ()
