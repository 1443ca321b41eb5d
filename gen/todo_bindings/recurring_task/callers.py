"""Which services may call recurring_task with their own token, by method. Generated from the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CALLERS: Final[Mapping[str, frozenset[str]]] = {
    "/todo.ops.v1.DeadLetterService/ListDeadLetters": frozenset(),
    "/todo.ops.v1.DeadLetterService/GetDeadLetter": frozenset(),
    "/todo.ops.v1.DeadLetterService/RedriveDeadLetter": frozenset(),
    "/todo.ops.v1.DeadLetterService/DiscardDeadLetter": frozenset(),
    "/todo.recurrence.v1.RecurrenceService/PreviewOccurrences": frozenset(("chat_api",)),
    "/todo.recurrence.v1.RecurrenceService/GetSeries": frozenset(("chat_api",)),
    "/todo.recurrence.v1.RecurrenceService/ListSeries": frozenset(("chat_api",)),
    "/todo.recurrence.v1.RecurrenceService/SkipOccurrence": frozenset(("chat_api",)),
    "/todo.recurrence.v1.RecurrenceService/PauseSeries": frozenset(("chat_api",)),
    "/todo.recurrence.v1.RecurrenceService/ResumeSeries": frozenset(("chat_api",)),
    "/todo.recurrence.v1.RecurrenceService/SplitSeries": frozenset(("chat_api",)),
}
