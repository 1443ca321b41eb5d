"""The grammar: a message, read where and when the person is, becomes commands.

Promises: never raises, whatever the text; the same text, moment, zone and context always give the same commands;
what is not understood becomes `Unknown` with something that could be said instead. One line is one command.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from services.chat_api.chat.interpreter.adding import (
    add,
    adding,
)
from services.chat_api.chat.interpreter.changing import changing
from services.chat_api.chat.interpreter.commands import (
    Acting,
    Chosen,
    Command,
    Context,
    Courtesy,
    Help,
    Undo,
    Unknown,
)
from services.chat_api.chat.interpreter.due import Moment
from services.chat_api.chat.interpreter.listing import listing
from services.chat_api.chat.interpreter.modifiers import (
    is_comma,
    split,
)
from services.chat_api.chat.interpreter.status_commands import acting
from services.chat_api.chat.interpreter.targets import (
    numbers_of,
    target,
)
from services.chat_api.chat.interpreter.words import (
    Words,
    read,
)

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
class Reading:
    """One line of a message, and what it means."""

    text: str
    command: Command


def interpret(text: str, now: datetime, zone: ZoneInfo, context: Context) -> tuple[Reading, ...]:
    """What the lines of a message mean, at most 50.

    `now` is aware, and not within a year of the ends of the calendar. `context` is what the conversation remembers
    from before the message.
    """
    moment = Moment.of(now, zone)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        return (Reading("", Unknown(f"That is too much at once: I take up to {MOST_LINES} lines.")),)
    if len(lines) > 1 and _is_list_head(lines[0]):
        return tuple(Reading(line, add(read(_unbulleted(line)), moment)) for line in lines[1:])
    return tuple(Reading(line, _line(line, moment, context)) for line in lines) or (Reading("", Help()),)


def retarget(command: Acting, meant: Chosen) -> Acting:
    """The same command on other tasks."""
    return replace(command, target=meant)


def _is_list_head(line: str) -> bool:
    """Whether a line only announces the lines below: "add:"."""
    words = read(line).trimmed()
    return len(words) == 1 and words.key(0) in _ADD_HEADS


def _unbulleted(line: str) -> str:
    return next((line.removeprefix(bullet) for bullet in _BULLETS if line.startswith(bullet)), line)


def _line(line: str, now: Moment, context: Context) -> Command:
    words = _impolite(read(line))
    chosen = _choice(words, now, context)
    if chosen is not None:
        return chosen
    return (
        _talk(words)
        or changing(words, context, now)
        or adding(words, now)
        or listing(words, now)
        or acting(words, context)
        or _unknown(words, now)
    )


def _impolite(words: Words) -> Words:
    """Without "please" and its like at the beginning."""
    at = 0
    while size := next((len(phrase) for phrase in _POLITE if words.starts(phrase, at)), 0):
        at += size
        at += at < len(words) and is_comma(words[at])
    return words[at:] if at < len(words) else words


def _talk(words: Words) -> Command | None:
    keys = tuple(word.key for word in words.trimmed().items)
    if not keys or keys in _GREETINGS:
        return Help()
    if keys in _UNDO:
        return Undo()
    return Courtesy() if keys in _THANKS else None


def _choice(words: Words, now: Moment, context: Context) -> Command | None:
    """The pending message on the tasks whose numbers this one is."""
    keys = tuple(word.key for word in words.trimmed().items)
    if not context.pending or not (numbers_of(words) or keys in _ALL):
        return None
    command = _line(context.pending, now, replace(context, pending=""))
    meant = target(words, context)
    if isinstance(meant, Chosen) and isinstance(command, Acting):
        return retarget(command, meant)
    return meant if isinstance(meant, Unknown) else None


def _unknown(words: Words, now: Moment) -> Unknown:
    """What could be said instead: adding it as a task, when it looks like one; else some examples."""
    if numbers_of(words):
        return Unknown("What shall I do with that?", ("done 1", "move 1 to tomorrow", "delete 1"))
    title, _ = split(words, now)
    if len(title) and len(words) <= 60:
        return Unknown(suggestions=(f"add {words.text}", f"search {title.text}"))
    return Unknown(suggestions=("help",))
