"""What stands around a title: tags, priority, due time, repeat, reminders.

Guarantees: `#tag` and `!priority` count wherever they stand; everything else counts only in an unbroken run at the
end, so that "call mom about sunday dinner" keeps its words. What is quoted is never touched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.chat_api.chat.interpreter.clock_times import PARTS
from services.chat_api.chat.interpreter.commands import Draft, Due, Importance, ReminderTime
from services.chat_api.chat.interpreter.due import NO_TIME, DuePhrase, LocalNow, parse_due_part
from services.chat_api.chat.interpreter.recurrence import RecurrenceRule
from services.chat_api.chat.interpreter.recurrence_phrases import parse_recurrence
from services.chat_api.chat.interpreter.reminders import ReminderPhrase, parse_reminders
from services.chat_api.chat.interpreter.words import Kind, Word, Words
from services.chat_api.tasks.domain.tags import LETTERS

IMPORTANCES = {
    **{importance.value: importance for importance in Importance},
    "med": Importance.MEDIUM,
    "normal": Importance.MEDIUM,
    "no": Importance.NONE,
}
_TAG = re.compile(rf"^#(?=[{LETTERS}]*[^\W\d_])[\w/-][{LETTERS}]{{0,63}}$")
_SEPARATORS = ("and", "with", "also", "&")
_DANGLING = ("about", "of", "with", "to", "the", "a", "an", "my", "or", "like", "than", "between")
"""Words that no title ends with: "call mom about friday" has no due time."""

_LONGEST_RUN = 60
_MOST_REMINDERS = 20


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What was given of a task beside its title."""

    when: DuePhrase = NO_TIME
    recurrence: RecurrenceRule | None = None
    reminders: tuple[ReminderPhrase, ...] = ()
    importance: Importance | None = None
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Modifiers()

    def resolve_due(self, now: LocalNow) -> Due | None:
        """When the task is first due."""
        return self.when.resolve(now, self.recurrence)

    def resolve_reminders(self, now: LocalNow, due: Due | None) -> tuple[ReminderTime, ...]:
        """The reminders, for a task that is due then."""
        return tuple(phrase.resolve(now, due.day if due else None) for phrase in self.reminders)

    def to_draft(self, title: str, now: LocalNow) -> Draft:
        """A task with this title."""
        due = self.resolve_due(now)
        return Draft(title, self.importance, self.tags, due, self.resolve_reminders(now, due), self.recurrence)


def parse_tag(words: Words, index: int) -> str | None:
    """The tag, without its sign and in lower case, that stands at an index."""
    word = words[index]
    return word.text[1:].lower() if word.kind is Kind.WORD and _TAG.match(word.text) else None


def split_title(words: Words, now: LocalNow) -> tuple[Words, Modifiers]:
    """The words of the title, and what was given beside it. The title keeps at least one word."""
    rest, signed = extract_signs(words)
    for cut in range(max(1, len(rest) - _LONGEST_RUN), len(rest)):
        if (rest[cut].kind is Kind.MARK and not is_comma(rest[cut])) or rest.key(cut - 1) in _DANGLING:
            continue
        modifiers = parse_modifiers(rest[cut:], now, signed)
        if modifiers is not None and _strip_commas(rest[:cut]):
            return _strip_commas(rest[:cut]), modifiers
    return _strip_commas(rest), signed


def parse_modifiers(words: Words, now: LocalNow, modifiers: Modifiers | None = None) -> Modifiers | None:
    """All of these words as modifiers; None when some of them are something else."""
    modifiers = Modifiers() if modifiers is None else modifiers
    at = 0
    while at < len(words):
        parsed = _skip_separator(words, at, modifiers) or _parse_modifier(words, at, now, modifiers)
        if parsed is None:
            return None
        modifiers, at = parsed
    return modifiers


def extract_signs(words: Words) -> tuple[Words, Modifiers]:
    """The words without tags and priority signs, and what those mean."""
    tags: list[str] = []
    importance: Importance | None = None
    taken: set[int] = set()
    for index, word in enumerate(words.items):
        tag = parse_tag(words, index)
        if tag is not None:
            tags.append(tag)
        elif word.key.startswith("!") and word.key[1:] in IMPORTANCES:
            importance = IMPORTANCES[word.key[1:]]
        else:
            continue
        taken.add(index)
    return words.without(frozenset(taken)), Modifiers(tags=tuple(dict.fromkeys(tags)), importance=importance)


def is_comma(word: Word) -> bool:
    """Whether a piece is a comma, a colon or a semicolon: what separates, and never belongs to a title's end."""
    return word.kind is Kind.MARK and not set(word.text) - set(",;:")


def _strip_commas(words: Words) -> Words:
    """A title without the commas at its end; what else is at its end belongs to it."""
    last = len(words)
    while last and is_comma(words[last - 1]):
        last -= 1
    return words[:last]


Step = tuple[Modifiers, int]


def _parse_modifier(words: Words, at: int, now: LocalNow, modifiers: Modifiers) -> Step | None:
    parsers: tuple[Callable[[Words, int, LocalNow, Modifiers], Step | None], ...] = (
        _parse_reminders,
        _parse_recurrence,
        _parse_importance,
        _parse_due,
    )
    return next((step for parse in parsers if (step := parse(words, at, now, modifiers))), None)


def _skip_separator(words: Words, at: int, modifiers: Modifiers) -> Step | None:
    mark = words[at].kind is Kind.MARK
    return (modifiers, at + 1) if mark or (words.key(at) in _SEPARATORS and words.key(at + 1) != "a") else None


def _parse_reminders(words: Words, at: int, now: LocalNow, modifiers: Modifiers) -> Step | None:
    parsed = parse_reminders(words, at, now)
    if parsed is None or len(modifiers.reminders) + len(parsed[0]) > _MOST_REMINDERS:
        return None
    return replace(modifiers, reminders=modifiers.reminders + parsed[0]), parsed[1]


def _parse_recurrence(words: Words, at: int, now: LocalNow, modifiers: Modifiers) -> Step | None:
    """A repeat phrase, with the part of the day after it: every sunday morning."""
    del now
    parsed = parse_recurrence(words, at) if modifiers.recurrence is None else None
    if parsed is None:
        return None
    part = PARTS.get(words.key(parsed[1]))
    when = modifiers.when.combine(DuePhrase(part=part)) if part else modifiers.when
    if when is None:
        return None
    return replace(modifiers, recurrence=parsed[0], when=when), parsed[1] + (part is not None)


def _parse_importance(words: Words, at: int, now: LocalNow, modifiers: Modifiers) -> Step | None:
    del now
    if words.key(at + 1) == "priority" and words.key(at) in IMPORTANCES:
        return replace(modifiers, importance=IMPORTANCES[words.key(at)]), at + 2
    if words.key(at) == "priority":
        end = at + 1 + (at + 1 < len(words) and words[at + 1].kind is Kind.MARK)
        if words.key(end) in IMPORTANCES:
            return replace(modifiers, importance=IMPORTANCES[words.key(end)]), end + 1
    return None


def _parse_due(words: Words, at: int, now: LocalNow, modifiers: Modifiers) -> Step | None:
    parsed = parse_due_part(words, at, now)
    joined = modifiers.when.combine(parsed[0]) if parsed else None
    return (replace(modifiers, when=joined), parsed[1]) if parsed and joined else None
