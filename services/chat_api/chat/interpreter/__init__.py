"""From words to commands: what a message to the assistant means.

Owns the grammar, its plain rules for days, times and repeats, and the choice among tasks by words. Promises to be
pure and total: any text gives commands, and the same text in the same place and moment gives the same ones.
"""

from services.chat_api.chat.interpreter.commands import (
    Acting,
    Add,
    ByWords,
    Change,
    Chosen,
    Command,
    Complete,
    Context,
    Courtesy,
    Days,
    Delete,
    Draft,
    Due,
    Edit,
    Help,
    Importance,
    List,
    Listed,
    NewDue,
    Notice,
    Query,
    Reopen,
    Search,
    Target,
    Undo,
    Unknown,
)
from services.chat_api.chat.interpreter.grammar import (
    Reading,
    interpret,
    retarget,
)
from services.chat_api.chat.interpreter.matching import best_matches
from services.chat_api.chat.interpreter.recurrence import Repeat

__all__ = [
    "Acting",
    "Add",
    "ByWords",
    "Change",
    "Chosen",
    "Command",
    "Complete",
    "Context",
    "Courtesy",
    "Days",
    "Delete",
    "Draft",
    "Due",
    "Edit",
    "Help",
    "Importance",
    "List",
    "Listed",
    "NewDue",
    "Notice",
    "Query",
    "Reading",
    "Reopen",
    "Repeat",
    "Search",
    "Target",
    "Undo",
    "Unknown",
    "best_matches",
    "interpret",
    "retarget",
]
