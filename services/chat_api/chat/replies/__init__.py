"""What the assistant says: short, friendly and precise. Pure.

Guarantees: times are those of the person's zone; a list is numbered from 1, so that "done 2" can follow.
"""

from services.chat_api.chat.replies.sentences import (
    ask_which,
    describe_added,
    describe_changed,
    describe_list,
    describe_overdue,
    describe_search,
    describe_status_changes,
    explain_commands,
    explain_no_match,
    explain_not_understood,
)

__all__ = [
    "ask_which",
    "describe_added",
    "describe_changed",
    "describe_list",
    "describe_overdue",
    "describe_search",
    "describe_status_changes",
    "explain_commands",
    "explain_no_match",
    "explain_not_understood",
]
