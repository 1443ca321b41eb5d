"""The grammar: a message, read where and when the person is, becomes commands.

Guarantees: never raises, whatever the text; the same text, instant, zone and memory always give the same commands;
what is not understood becomes `Unknown` with suggestions. One line is one command.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.chat_api.chat.interpreter import adding, changing, listing
from services.chat_api.chat.interpreter.adding import parse_add, parse_task
from services.chat_api.chat.interpreter.changing import parse_change
from services.chat_api.chat.interpreter.commands import (
    Chosen,
    Command,
    Courtesy,
    Help,
    Memory,
    TargetedCommand,
    Undo,
    Unknown,
)
from services.chat_api.chat.interpreter.due import LocalNow
from services.chat_api.chat.interpreter.listing import parse_list
from services.chat_api.chat.interpreter.modifiers import is_comma, split_title
from services.chat_api.chat.interpreter.status_commands import parse_status_command
from services.chat_api.chat.interpreter.targets import parse_numbers, parse_target
from services.chat_api.chat.interpreter.words import Words, tokenize

MOST_LINES = 50

_POLITE: tuple[tuple[str, ...], ...] = (
    ("please",),
    ("can", "you"),
    ("could", "you"),
    ("would", "you"),
    ("i", "want", "to"),
    ("i'd", "like", "to"),
    ("let's",),
    ("ok",),
    ("okay",),
    ("and",),
    ("then",),
    ("now",),
)
_GREETINGS: tuple[tuple[str, ...], ...] = (
    ("hi",),
    ("hello",),
    ("hey",),
    ("good", "morning"),
    ("help",),
    ("help", "me"),
    ("commands",),
    ("what", "can", "you", "do"),
    ("what", "can", "i", "say"),
    ("how", "does", "this", "work"),
)
_THANKS: tuple[tuple[str, ...], ...] = (
    ("thanks",),
    ("thank", "you"),
    ("thx",),
    ("great",),
    ("cool",),
    ("nice",),
    ("perfect",),
)
_UNDO: tuple[tuple[str, ...], ...] = (
    ("undo",),
    ("undo", "it"),
    ("undo", "that"),
    ("undo", "this"),
    ("undo", "the", "last", "change"),
    ("undo", "last", "change"),
    ("take", "it", "back"),
    ("take", "that", "back"),
)
_ALL = (("all",), ("both",), ("all", "of", "them"))
_BULLETS = ("- ", "* ", "• ")
_ADD_HEADS = ("add", "new", "create")


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One line of a message, and what it means."""

    text: str
    command: Command


def interpret(text: str, now: datetime, zone: ZoneInfo, memory: Memory) -> tuple[ParsedLine, ...]:
    """What the lines of a message mean, at most 50.

    `now` is aware, and not within a year of the ends of the calendar. `memory` is what the conversation
    remembers from before the message.
    """
    local_now = LocalNow(now.astimezone(zone), zone)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        return (ParsedLine("", Unknown(f"That is too much at once: I take up to {MOST_LINES} lines.")),)
    if len(lines) > 1 and _is_list_head(lines[0]):
        return tuple(ParsedLine(line, parse_task(tokenize(_strip_bullet(line)), local_now)) for line in lines[1:])
    return tuple(ParsedLine(line, _parse_line(line, local_now, memory)) for line in lines) or (ParsedLine("", Help()),)


def retarget(command: TargetedCommand, meant: Chosen) -> TargetedCommand:
    """The same command on other tasks."""
    return replace(command, target=meant)


def _is_list_head(line: str) -> bool:
    """Whether a line only announces the lines below: "add:"."""
    words = tokenize(line).trimmed()
    return len(words) == 1 and words.key(0) in _ADD_HEADS


def _strip_bullet(line: str) -> str:
    return next((line.removeprefix(bullet) for bullet in _BULLETS if line.startswith(bullet)), line)


def _parse_line(line: str, now: LocalNow, memory: Memory) -> Command:
    words = _strip_politeness(tokenize(line))
    return (
        _parse_choice(words, now, memory)
        or _parse_small_talk(words)
        or _parse_verb(words, now, memory)
        or parse_status_command(words, memory)
        or _suggest(words, now)
    )


def _parse_verb(words: Words, now: LocalNow, memory: Memory) -> Command | None:
    """The command, when its first word says what it may be."""
    first = words.trimmed().key(0)
    return (
        (parse_change(words, memory, now) if first in changing.FIRST_WORDS else None)
        or (parse_add(words, now) if first in adding.FIRST_WORDS else None)
        or (parse_list(words, now) if first in listing.FIRST_WORDS else None)
    )


def _strip_politeness(words: Words) -> Words:
    """Without "please" and the like at the beginning."""
    at = 0
    while size := next((len(phrase) for phrase in _POLITE if words.starts(phrase, at)), 0):
        at += size
        at += at < len(words) and is_comma(words[at])
    return words[at:] if at < len(words) else words


def _parse_small_talk(words: Words) -> Command | None:
    keys = tuple(word.key for word in words.trimmed().items)
    if not keys or keys in _GREETINGS:
        return Help()
    if keys in _UNDO:
        return Undo()
    return Courtesy() if keys in _THANKS else None


def _parse_choice(words: Words, now: LocalNow, memory: Memory) -> Command | None:
    """The pending message on the tasks whose numbers this one is."""
    keys = tuple(word.key for word in words.trimmed().items)
    if not memory.pending or not (parse_numbers(words) or keys in _ALL):
        return None
    command = _parse_line(memory.pending, now, replace(memory, pending=""))
    meant = parse_target(words, memory)
    if isinstance(meant, Chosen) and isinstance(command, TargetedCommand):
        return retarget(command, meant)
    return meant if isinstance(meant, Unknown) else None


def _suggest(words: Words, now: LocalNow) -> Unknown:
    """Suggestions: adding it as a task when it looks like one, else some examples."""
    if parse_numbers(words):
        return Unknown("What shall I do with that?", ("done 1", "move 1 to tomorrow", "delete 1"))
    title, _ = split_title(words, now)
    if len(title) and len(words) <= 60:
        return Unknown(suggestions=(f"add {words.text}", f"search {title.text}"))
    return Unknown(suggestions=("help",))
