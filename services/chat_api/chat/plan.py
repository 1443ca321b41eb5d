"""What a message is understood from, fixed before its first effect: the same premises always give the same commands.

They are kept with the message, so that a repeat of it, also one after a crash, does what the first one meant to do.
Pure; plain JSON outside.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from todo_calendar.time_zones import time_zone

from services.chat_api.chat.interpreter import Memory, ParsedLine, TaskRef, interpret


@dataclass(frozen=True, slots=True)
class Resolution:
    """The tasks that the words of one line mean: all of them, or (`ambiguous`) one of them. `missing` fits none."""

    tasks: tuple[TaskRef, ...] = ()
    ambiguous: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class MessagePlan:
    """The text of a message, where and when it was said, what was remembered, and what its words were found to mean.

    `findings` has one entry a line.
    """

    text: str
    said_at: datetime
    zone: ZoneInfo
    workspace: UUID
    context: Memory
    findings: tuple[Resolution, ...] = ()

    @property
    def readings(self) -> tuple[ParsedLine, ...]:
        """What the lines of the message mean."""
        return interpret(self.text, self.said_at, self.zone, self.context)


def to_json(premises: MessagePlan) -> dict[str, Any]:
    """Premises as JSON."""
    return {
        "text": premises.text,
        "said_at": premises.said_at.isoformat(),
        "zone": premises.zone.key,
        "workspace": str(premises.workspace),
        "context": context_to_json(premises.context),
        "findings": [
            {"tasks": _listed_to_json(one.tasks), "ambiguous": one.ambiguous, "missing": one.missing}
            for one in premises.findings
        ],
    }


def from_json(stored: dict[str, Any]) -> MessagePlan:
    """Premises from JSON."""
    return MessagePlan(
        text=stored["text"],
        said_at=datetime.fromisoformat(stored["said_at"]),
        zone=time_zone(stored["zone"]),
        workspace=UUID(stored["workspace"]),
        context=context_from_json(stored["context"]),
        findings=tuple(
            Resolution(_listed_from_json(one["tasks"]), one["ambiguous"], one["missing"]) for one in stored["findings"]
        ),
    )


def context_to_json(context: Memory) -> dict[str, Any]:
    """What a conversation remembers, as JSON."""
    return {
        "listed": _listed_to_json(context.listed),
        "mentioned": _listed_to_json(context.mentioned),
        "pending": context.pending,
    }


def context_from_json(stored: dict[str, Any]) -> Memory:
    """What a conversation remembers, from JSON."""
    return Memory(_listed_from_json(stored["listed"]), _listed_from_json(stored["mentioned"]), stored["pending"])


def _listed_to_json(tasks: tuple[TaskRef, ...]) -> list[list[str]]:
    return [[task.name, task.title] for task in tasks]


def _listed_from_json(stored: list[list[str]]) -> tuple[TaskRef, ...]:
    return tuple(TaskRef(name, title) for name, title in stored)
