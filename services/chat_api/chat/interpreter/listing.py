"""Listing: "list", "what's due today?", "show #home", "list tasks about milk", "completed this week", "find milk"."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.chat_api.chat.interpreter.commands import Command, DateRange, List, Query, Search, Unknown
from services.chat_api.chat.interpreter.dates import PREPOSITIONS, parse_date
from services.chat_api.chat.interpreter.due import LocalNow
from services.chat_api.chat.interpreter.modifiers import IMPORTANCES, extract_signs
from services.chat_api.chat.interpreter.words import Kind, Words

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
FIRST_WORDS = frozenset((*(phrase[0] for phrase in (*_SEARCHES, *_VERBS)), *_BARE, "this", "next"))
"""What every message that asks for a list or a search begins with."""


@dataclass(frozen=True, slots=True)
class _PartialQuery:
    """A query as far as it has been parsed."""

    query: Query
    days: DateRange | None = None
    label: str = ""


def parse_list(words: Words, now: LocalNow) -> Command | None:
    """The command, when the words ask for a list or a search."""
    words = words.trimmed()
    for phrase in _SEARCHES:
        if words.starts(phrase):
            sought = words[len(phrase) :].trimmed().text.strip()
            return Search(sought) if sought else Unknown("What shall I look for?", ("search milk",))
    for phrase in _VERBS:
        if words.starts(phrase):
            return _parse_query(words[len(phrase) :], now, certain=phrase[0] in ("list", "ls", "show"))
    bare = words.key(0) in _BARE or words.starts(("this", "week")) or words.starts(("next", "week"))
    return _parse_query(words, now, certain=False) if bare else None


def _parse_query(words: Words, now: LocalNow, *, certain: bool) -> Command | None:
    """The query of these words. Words that are no filter are looked for in the text, when it is certainly a list."""
    rest, signed = extract_signs(words.trimmed())
    partial = _PartialQuery(Query(tags=signed.tags, importance=signed.importance))
    at, left = 0, list[int]()
    while at < len(rest):
        step = _parse_step(rest, at, now, partial)
        if step is None:
            left.append(at)
            at += 1
        else:
            partial, at = step
    if left and not certain:
        return None
    parsed = rest.without(frozenset(range(len(rest))) - frozenset(left)).trimmed().text.strip()
    return List(_to_query(partial, parsed))


def _parse_step(words: Words, at: int, now: LocalNow, partial: _PartialQuery) -> tuple[_PartialQuery, int] | None:
    if words.key(at) in _ABOUT:
        return _parse_about(words, at, partial)
    return (
        _parse_state(words, at, partial) or _parse_period(words, at, now, partial) or _parse_filter(words, at, partial)
    )


def _parse_about(words: Words, at: int, partial: _PartialQuery) -> tuple[_PartialQuery, int]:
    sought = words[at + 1 :].trimmed().text.strip()
    return replace(partial, query=replace(partial.query, words=sought)), len(words)


def _parse_state(words: Words, at: int, partial: _PartialQuery) -> tuple[_PartialQuery, int] | None:
    key = words.key(at)
    if key in _DONE:
        return replace(partial, query=replace(partial.query, completed=True)), at + 1
    if key in ("overdue", "late"):
        return replace(partial, query=replace(partial.query, overdue=True)), at + 1
    return None


def _parse_period(words: Words, at: int, now: LocalNow, partial: _PartialQuery) -> tuple[_PartialQuery, int] | None:
    """A day, this week, next week."""
    this = words.key(at) in ("this", "the")
    if words.key(at + this) in ("week", "weeks"):
        monday = now.today - timedelta(days=now.today.weekday())
        return _with_week(partial, monday, "this week", at + this + 1)
    if words.starts(("next", "week"), at):
        monday = now.today + timedelta(days=7 - now.today.weekday())
        return _with_week(partial, monday, "next week", at + 2)
    if words.key(at) == "tonight":
        return replace(partial, days=DateRange(now.today, now.today), label="today"), at + 1
    parsed = parse_date(words, at, now.today)
    if parsed is None:
        return None
    named = at
    while words.key(named) in PREPOSITIONS and words.key(named) != "this":
        named += 1
    label = words[named : parsed[1]].text
    return replace(partial, days=DateRange(parsed[0], parsed[0]), label=label), parsed[1]


def _with_week(partial: _PartialQuery, monday: date, label: str, end: int) -> tuple[_PartialQuery, int]:
    return replace(partial, days=DateRange(monday, monday + timedelta(days=6)), label=label), end


def _parse_filter(words: Words, at: int, partial: _PartialQuery) -> tuple[_PartialQuery, int] | None:
    key = words.key(at)
    if key in _TAGGED:
        return _parse_tagged(words, at, partial)
    if key in IMPORTANCES and key != "no":
        end = at + 1 + (words.key(at + 1) == "priority")
        return replace(partial, query=replace(partial.query, importance=IMPORTANCES[key])), end
    return (partial, at + 1) if key in _FILLERS or words[at].kind is Kind.MARK else None


def _parse_tagged(words: Words, at: int, partial: _PartialQuery) -> tuple[_PartialQuery, int]:
    end = at + 1 + (words.key(at + 1) in ("with", "as"))
    tag = words.key(end)
    if not tag:
        return partial, at + 1
    return replace(partial, query=replace(partial.query, tags=(*partial.query.tags, tag))), end + 1


def _to_query(partial: _PartialQuery, parsed: str) -> Query:
    query = partial.query
    query = replace(query, words=query.words or parsed)
    if query.completed:
        query = replace(query, completed_on=partial.days, overdue=False)
    else:
        query = replace(query, due=partial.days)
    return replace(query, label=_describe(query, partial.label))


def _describe(query: Query, day_label: str) -> str:
    """The filter in words, to follow "tasks": "due today with high priority tagged #home"."""
    parts = [
        (day_label if query.completed else f"due {day_label}") if day_label else "",
        f"with {query.importance.value} priority" if query.importance else "",
        "tagged " + " ".join(f"#{tag}" for tag in query.tags) if query.tags else "",
        f"about “{query.words}”" if query.words else "",
    ]
    return " ".join(part for part in parts if part)
