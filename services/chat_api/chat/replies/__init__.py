"""What the assistant says: short, friendly and precise. Pure.

Promises: times are those of the person's zone; a list is numbered from 1, so that "done 2" can follow.
"""

from services.chat_api.chat.replies.sentences import (
    acted,
    added,
    changed,
    clarified,
    found,
    helped,
    listed,
    none_fit,
    not_understood,
    overdue_hint,
)

__all__ = [
    "acted",
    "added",
    "changed",
    "clarified",
    "found",
    "helped",
    "listed",
    "none_fit",
    "not_understood",
    "overdue_hint",
]
