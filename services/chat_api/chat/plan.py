"""The plan of a message: all that its commands depend on, fixed before their first effect.

It is kept with the message, so that a repeat of it, also one after a crash, does what the first one meant to do.
Pure; plain JSON outside, whose keys earlier releases read and wrote too.
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
    """The tasks that the words of one line mean: all of them, or (`ambiguous`) one of them. `missing` matches none."""

    tasks: tuple[TaskRef, ...] = ()
    ambiguous: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class MessagePlan:
    """The text of a message, when and where it was sent, what was remembered, and which tasks its words mean.

    `resolutions` has one element a line.
    """

    text: str
    sent_at: datetime
    zone: ZoneInfo
    workspace: UUID
    memory: Memory
    resolutions: tuple[Resolution, ...] = ()

    @property
    def lines(self) -> tuple[ParsedLine, ...]:
        """What the lines of the message mean: always the same."""
        return interpret(self.text, self.sent_at, self.zone, self.memory)


def plan_to_json(plan: MessagePlan) -> dict[str, Any]:
    """A plan as JSON."""
    return {
        "text": plan.text,
        "said_at": plan.sent_at.isoformat(),
        "zone": plan.zone.key,
        "workspace": str(plan.workspace),
        "context": memory_to_json(plan.memory),
        "findings": [
            {
                "tasks": _tasks_to_json(resolution.tasks),
                "ambiguous": resolution.ambiguous,
                "missing": resolution.missing,
            }
            for resolution in plan.resolutions
        ],
    }


def plan_from_json(stored: dict[str, Any]) -> MessagePlan:
    """A plan from JSON."""
    return MessagePlan(
        text=stored["text"],
        sent_at=datetime.fromisoformat(stored["said_at"]),
        zone=time_zone(stored["zone"]),
        workspace=UUID(stored["workspace"]),
        memory=memory_from_json(stored["context"]),
        resolutions=tuple(
            Resolution(_tasks_from_json(finding["tasks"]), finding["ambiguous"], finding["missing"])
            for finding in stored["findings"]
        ),
    )


def memory_to_json(memory: Memory) -> dict[str, Any]:
    """A memory as JSON."""
    return {
        "listed": _tasks_to_json(memory.listed),
        "mentioned": _tasks_to_json(memory.mentioned),
        "pending": memory.pending,
    }


def memory_from_json(stored: dict[str, Any]) -> Memory:
    """A memory from JSON."""
    return Memory(_tasks_from_json(stored["listed"]), _tasks_from_json(stored["mentioned"]), stored["pending"])


def _tasks_to_json(tasks: tuple[TaskRef, ...]) -> list[list[str]]:
    return [[task.name, task.title] for task in tasks]


def _tasks_from_json(stored: list[list[str]]) -> tuple[TaskRef, ...]:
    return tuple(TaskRef(name, title) for name, title in stored)
