"""Listing: "list", "what's due today?", "show #home", "list tasks about milk", "completed this week", "find milk"."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.chat_api.chat.interpreter.commands import (
    Command,
    Days,
    List,
    Query,
    Search,
    Unknown,
)
from services.chat_api.chat.interpreter.dates import (
    PREPOSITIONS,
    day,
)
from services.chat_api.chat.interpreter.due import Moment
from services.chat_api.chat.interpreter.modifiers import (
    IMPORTANCES,
    signs,
)
from services.chat_api.chat.interpreter.words import (
    Kind,
    Words,
)

_VERBS: tuple[tuple[str, ...], ...] = (
    ("list",),
    ("ls",),
    ("show", "me"),
    ("show",),
    ("what", "is"),
    ("what's",),
    ("whats",),
    ("what", "are"),
    ("what", "do", "i", "have", "to", "do"),
    ("what", "do", "i", "have"),
    ("what", "did", "i"),
    ("what", "have", "i"),
    ("what", "must", "i", "do"),
    ("what", "should", "i", "do"),
    ("anything",),
    ("is", "anything"),
    ("which", "tasks", "are"),
    ("which", "tasks"),
    ("give", "me"),
    ("my",),
)
_BARE = (
    "today",
    "tonight",
    "tomorrow",
    "overdue",
    "tasks",
    "todos",
    "agenda",
    "completed",
    "week",
    "late",
)
_SEARCHES: tuple[tuple[str, ...], ...] = (
    ("search", "for"),
    ("search",),
    ("find",),
    ("look", "for"),
    ("look", "up"),
    ("where", "is"),
)
_FILLERS = frozenset(
    (
        "all",
        "my",
        "the",
        "open",
        "tasks",
        "task",
        "todos",
        "todo",
        "to-do",
        "to-dos",
        "items",
        "list",
        "agenda",
        "due",
        "on",
        "is",
        "are",
        "for",
        "do",
        "me",
        "i",
        "have",
        "please",
        "everything",
        "that",
        "of",
        "with",
        "in",
        "there",
        "now",
        "planned",
        "scheduled",
        "left",
        "up",
        "coming",
        "and",
    )
)
_DONE = frozenset(("completed", "done", "finished", "complete", "finish"))
_ABOUT = ("about", "containing", "matching", "mentioning", "like", "named", "called")
_TAGGED = ("tagged", "tag", "tags")


@dataclass(frozen=True, slots=True)
class _Reading:
    """A listing as far as it has been read."""

    query: Query
    days: Days | None = None
    label: str = ""


def listing(words: Words, now: Moment) -> Command | None:
    """The command, when the words ask for a list or a search."""
    words = words.trimmed()
    for phrase in _SEARCHES:
        if words.starts(phrase):
            sought = words[len(phrase) :].trimmed().text.strip()
            return Search(sought) if sought else Unknown("What shall I look for?", ("search milk",))
    for phrase in _VERBS:
        if words.starts(phrase):
            return _listed(words[len(phrase) :], now, certain=phrase[0] in ("list", "ls", "show"))
    bare = words.key(0) in _BARE or words.starts(("this", "week")) or words.starts(("next", "week"))
    return _listed(words, now, certain=False) if bare else None


def _listed(words: Words, now: Moment, *, certain: bool) -> Command | None:
    """The query of these words. Words that are no filter are looked for in the text, when it is certainly a list."""
    rest, signed = signs(words.trimmed())
    reading = _Reading(Query(tags=signed.tags, importance=signed.importance))
    at, left = 0, list[int]()
    while at < len(rest):
        step = _step(rest, at, now, reading)
        if step is None:
            left.append(at)
            at += 1
        else:
            reading, at = step
    if left and not certain:
        return None
    found = rest.without(frozenset(range(len(rest))) - frozenset(left)).trimmed().text.strip()
    return List(_finished(reading, found))


def _step(words: Words, at: int, now: Moment, so_far: _Reading) -> tuple[_Reading, int] | None:
    if words.key(at) in _ABOUT:
        return _about(words, at, so_far)
    return _state(words, at, so_far) or _period(words, at, now, so_far) or _filter(words, at, so_far)


def _about(words: Words, at: int, so_far: _Reading) -> tuple[_Reading, int]:
    sought = words[at + 1 :].trimmed().text.strip()
    return replace(so_far, query=replace(so_far.query, words=sought)), len(words)


def _state(words: Words, at: int, so_far: _Reading) -> tuple[_Reading, int] | None:
    key = words.key(at)
    if key in _DONE:
        return replace(so_far, query=replace(so_far.query, completed=True)), at + 1
    if key in ("overdue", "late"):
        return replace(so_far, query=replace(so_far.query, overdue=True)), at + 1
    return None


def _period(words: Words, at: int, now: Moment, so_far: _Reading) -> tuple[_Reading, int] | None:
    """A day, this week, next week."""
    this = words.key(at) in ("this", "the")
    if words.key(at + this) in ("week", "weeks"):
        monday = now.today - timedelta(days=now.today.weekday())
        return _between(so_far, monday, "this week", at + this + 1)
    if words.starts(("next", "week"), at):
        monday = now.today + timedelta(days=7 - now.today.weekday())
        return _between(so_far, monday, "next week", at + 2)
    if words.key(at) == "tonight":
        return replace(so_far, days=Days(now.today, now.today), label="today"), at + 1
    found = day(words, at, now.today)
    if found is None:
        return None
    named = at
    while words.key(named) in PREPOSITIONS and words.key(named) != "this":
        named += 1
    label = words[named : found[1]].text
    return replace(so_far, days=Days(found[0], found[0]), label=label), found[1]


def _between(so_far: _Reading, monday: date, label: str, behind: int) -> tuple[_Reading, int]:
    return replace(so_far, days=Days(monday, monday + timedelta(days=6)), label=label), behind


def _filter(words: Words, at: int, so_far: _Reading) -> tuple[_Reading, int] | None:
    key = words.key(at)
    if key in _TAGGED:
        return _tagged(words, at, so_far)
    if key in IMPORTANCES and key != "no":
        behind = at + 1 + (words.key(at + 1) == "priority")
        return replace(so_far, query=replace(so_far.query, importance=IMPORTANCES[key])), behind
    return (so_far, at + 1) if key in _FILLERS or words[at].kind is Kind.MARK else None


def _tagged(words: Words, at: int, so_far: _Reading) -> tuple[_Reading, int]:
    behind = at + 1 + (words.key(at + 1) in ("with", "as"))
    tag = words.key(behind)
    if not tag:
        return so_far, at + 1
    return replace(so_far, query=replace(so_far.query, tags=(*so_far.query.tags, tag))), behind + 1


def _finished(reading: _Reading, found: str) -> Query:
    query = reading.query
    query = replace(query, words=query.words or found)
    if query.completed:
        query = replace(query, completed_on=reading.days, overdue=False)
    else:
        query = replace(query, due=reading.days)
    return replace(query, label=_label(query, reading.label))


def _label(query: Query, day_label: str) -> str:
    """The filter in words, to stand behind "tasks": "due today with high priority tagged #home"."""
    said = [
        (day_label if query.completed else f"due {day_label}") if day_label else "",
        f"with {query.importance.value} priority" if query.importance else "",
        "tagged " + " ".join(f"#{tag}" for tag in query.tags) if query.tags else "",
        f"about “{query.words}”" if query.words else "",
    ]
    return " ".join(part for part in said if part)
