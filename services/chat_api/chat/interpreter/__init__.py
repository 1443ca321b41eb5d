"""From words to commands: what a message to the assistant means.

Owns the grammar, its plain rules for days, times and repeats, and the choice among tasks by words. Pure and
total: any text gives commands, and the same text, instant, zone and memory always give the same ones.
"""

from services.chat_api.chat.interpreter.commands import (
    Add,
    ByWords,
    Change,
    Chosen,
    Command,
    Complete,
    Courtesy,
    DateRange,
    Delete,
    Draft,
    Due,
    Edit,
    Help,
    Importance,
    List,
    Memory,
    NewDue,
    Query,
    ReminderTime,
    Reopen,
    Search,
    Target,
    TargetedCommand,
    TaskRef,
    Undo,
    Unknown,
)
from services.chat_api.chat.interpreter.grammar import ParsedLine, interpret, retarget
from services.chat_api.chat.interpreter.recurrence import RecurrenceRule
from services.chat_api.chat.interpreter.targets import find_best_matches

__all__ = [
    "Add",
    "ByWords",
    "Change",
    "Chosen",
    "Command",
    "Complete",
    "Courtesy",
    "DateRange",
    "Delete",
    "Draft",
    "Due",
    "Edit",
    "Help",
    "Importance",
    "List",
    "Memory",
    "NewDue",
    "ParsedLine",
    "Query",
    "RecurrenceRule",
    "ReminderTime",
    "Reopen",
    "Search",
    "Target",
    "TargetedCommand",
    "TaskRef",
    "Undo",
    "Unknown",
    "find_best_matches",
    "interpret",
    "retarget",
]
