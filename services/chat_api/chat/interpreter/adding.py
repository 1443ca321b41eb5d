"""Adding: "add buy milk tomorrow at 9 !high #home", "remind me to water the plants every sunday at 9"."""

from dataclasses import replace
from datetime import timedelta

from services.chat_api.chat.interpreter.commands import (
    Add,
    Command,
    Unknown,
)
from services.chat_api.chat.interpreter.due import Moment
from services.chat_api.chat.interpreter.modifiers import (
    Modifiers,
    is_comma,
    run,
    split,
)
from services.chat_api.chat.interpreter.reminders import SpokenNotice
from services.chat_api.chat.interpreter.words import Words

_VERBS = ("add", "new", "create", "todo", "to-do", "task", "schedule", "+")
_NEEDS = (
    ("i", "need", "to"),
    ("i", "have", "to"),
    ("i", "must"),
    ("we", "need", "to"),
    ("don't", "forget", "to"),
    ("don't", "let", "me", "forget", "to"),
    ("remember", "to"),
)
_TASK_WORDS = ("task", "todo", "to-do", "item", "reminder")
_INTO_LIST = tuple(
    ("to", whose, *what)
    for whose in ("my", "the")
    for what in (("list",), ("tasks",), ("todos",), ("todo", "list"), ("to-do", "list"), ("task", "list"))
)
_TO_SAY = ("add buy milk tomorrow at 9",)


def adding(words: Words, now: Moment) -> Command | None:
    """The command, when the words ask to add a task."""
    if words.starts(("remind", "me")) or words.starts(("remind", "us")):
        return _remind(words[2:], now)
    for phrase in _NEEDS:
        if words.starts(phrase):
            return add(words[len(phrase) :], now)
    if words.key(0) not in _VERBS or (words.key(0) in ("todo", "task", "to-do") and not _is_comma(words, 1)):
        return None
    return add(_without_task_word(words[1:]), now)


def add(words: Words, now: Moment) -> Command:
    """Add what these words say."""
    title, said = split(_without_list(_from_word(words)), now)
    return _built(title, said, now)


def _built(title: Words, said: Modifiers, now: Moment) -> Command:
    if not title.text.strip():
        return Unknown("What shall I add?", _TO_SAY)
    return Add(said.draft(title.text.strip(), now))


def _remind(words: Words, now: Moment) -> Command | None:
    """Remind me [when] to do something [when]: a task with a reminder at the time that it is due."""
    for to in words.places("to", "about", "of", "that"):
        before = run(words[:to], now)
        if before is None or before.tags or before.spoken:
            continue
        title, said = split(_from_word(words[to + 1 :]), now)
        joined = _joined(before, said)
        if joined is not None:
            return _built(title, _reminding(joined), now)
    return None


def _joined(before: Modifiers, behind: Modifiers) -> Modifiers | None:
    when = before.when.with_piece(behind.when)
    if when is None or (before.repeat and behind.repeat):
        return None
    return replace(
        behind,
        when=when,
        repeat=before.repeat or behind.repeat,
        importance=behind.importance or before.importance,
    )


def _reminding(said: Modifiers) -> Modifiers:
    return said if said.spoken else replace(said, spoken=(SpokenNotice(before=timedelta()),))


def _without_task_word(words: Words) -> Words:
    """Without "a task:", "task to", "new task"; a colon behind the verb goes as well."""
    at = 0
    while words.key(at) in ("a", "an", "the", "new") and at < 2:
        at += 1
    if words.key(at) in _TASK_WORDS and len(words) > at + 1:
        at += 1
        return words[at + (words.key(at) in ("to", "called", "named")) :]
    return words


def _without_list(words: Words) -> Words:
    """Without "to my list" at the end."""
    plain = words.trimmed()
    for phrase in _INTO_LIST:
        if plain.ends(phrase) and len(plain) > len(phrase):
            return plain[: -len(phrase)]
    return words


def _from_word(words: Words) -> Words:
    at = 0
    while _is_comma(words, at):
        at += 1
    return words[at:]


def _is_comma(words: Words, at: int) -> bool:
    return at < len(words) and is_comma(words[at])
