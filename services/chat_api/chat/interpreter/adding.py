"""Adding: "add buy milk tomorrow at 9 !high #home", "remind me to water the plants every sunday at 9"."""

from dataclasses import replace
from datetime import timedelta

from services.chat_api.chat.interpreter.commands import Add, Command, Unknown
from services.chat_api.chat.interpreter.due import LocalNow
from services.chat_api.chat.interpreter.modifiers import Modifiers, is_comma, parse_modifiers, split_title
from services.chat_api.chat.interpreter.reminders import ReminderPhrase
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
FIRST_WORDS = frozenset((*_VERBS, "remind", *(phrase[0] for phrase in _NEEDS)))
"""What every message that adds a task begins with."""


def parse_add(words: Words, now: LocalNow) -> Command | None:
    """The command, when the words ask to add a task."""
    if words.starts(("remind", "me")) or words.starts(("remind", "us")):
        return _parse_remind(words[2:], now)
    for phrase in _NEEDS:
        if words.starts(phrase):
            return parse_task(words[len(phrase) :], now)
    if words.key(0) not in _VERBS or (words.key(0) in ("todo", "task", "to-do") and not _is_comma(words, 1)):
        return None
    return parse_task(_without_task_word(words[1:]), now)


def parse_task(words: Words, now: LocalNow) -> Command:
    """Add what these words say."""
    title, modifiers = split_title(_without_list(_skip_commas(words)), now)
    return _build_add(title, modifiers, now)


def _build_add(title: Words, modifiers: Modifiers, now: LocalNow) -> Command:
    if not title.text.strip():
        return Unknown("What shall I add?", _TO_SAY)
    return Add(modifiers.to_draft(title.text.strip(), now))


def _parse_remind(words: Words, now: LocalNow) -> Command | None:
    """Remind me [when] to do something [when]: a task with a reminder at the time that it is due."""
    for to in words.indexes_of("to", "about", "of", "that"):
        before = parse_modifiers(words[:to], now)
        if before is None or before.tags or before.reminders:
            continue
        title, modifiers = split_title(_skip_commas(words[to + 1 :]), now)
        joined = _combine(before, modifiers)
        if joined is not None:
            return _build_add(title, _with_reminder(joined), now)
    return None


def _combine(before: Modifiers, after: Modifiers) -> Modifiers | None:
    when = before.when.combine(after.when)
    if when is None or (before.recurrence and after.recurrence):
        return None
    return replace(
        after,
        when=when,
        recurrence=before.recurrence or after.recurrence,
        importance=after.importance or before.importance,
    )


def _with_reminder(modifiers: Modifiers) -> Modifiers:
    return modifiers if modifiers.reminders else replace(modifiers, reminders=(ReminderPhrase(before=timedelta()),))


def _without_task_word(words: Words) -> Words:
    """Without "a task:", "task to", "new task"; a colon after the verb goes as well."""
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


def _skip_commas(words: Words) -> Words:
    at = 0
    while _is_comma(words, at):
        at += 1
    return words[at:]


def _is_comma(words: Words, at: int) -> bool:
    return at < len(words) and is_comma(words[at])
