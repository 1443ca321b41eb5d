"""What stands around a title: tags, priority, due time, repeat, reminders.

Promises: `#tag` and `!priority` count wherever they stand; everything else counts only in an unbroken run at the
end, so that "call mom about sunday dinner" keeps its words. What is quoted is never touched.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from services.chat_api.chat.interpreter.clock_times import PARTS
from services.chat_api.chat.interpreter.commands import (
    Draft,
    Due,
    Importance,
    Notice,
)
from services.chat_api.chat.interpreter.due import (
    NO_TIME,
    Moment,
    When,
    piece,
)
from services.chat_api.chat.interpreter.recurrence import Repeat
from services.chat_api.chat.interpreter.recurrence_phrases import repeat
from services.chat_api.chat.interpreter.reminders import (
    SpokenNotice,
    notices,
)
from services.chat_api.chat.interpreter.words import (
    Kind,
    Word,
    Words,
)
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
_MOST_NOTICES = 20


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What was said about a task beside its title."""

    when: When = NO_TIME
    repeat: Repeat | None = None
    spoken: tuple[SpokenNotice, ...] = ()
    importance: Importance | None = None
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Modifiers()

    def due(self, now: Moment) -> Due | None:
        """When the task is due at first."""
        return self.when.due(now, self.repeat)

    def notices(self, now: Moment, due: Due | None) -> tuple[Notice, ...]:
        """The reminders, for a task that is due then."""
        return tuple(spoken.notice(now, due.day if due else None) for spoken in self.spoken)

    def draft(self, title: str, now: Moment) -> Draft:
        """A task with this title."""
        due = self.due(now)
        return Draft(title, self.importance, self.tags, due, self.notices(now, due), self.repeat)


def tag_at(words: Words, index: int) -> str | None:
    """The tag, without its sign and in lower case, that stands at a place."""
    word = words[index]
    return word.text[1:].lower() if word.kind is Kind.WORD and _TAG.match(word.text) else None


def split(words: Words, now: Moment) -> tuple[Words, Modifiers]:
    """The words of the title, and what was said beside it. The title keeps at least one word."""
    rest, signed = signs(words)
    for cut in range(max(1, len(rest) - _LONGEST_RUN), len(rest)):
        if (rest[cut].kind is Kind.MARK and not is_comma(rest[cut])) or rest.key(cut - 1) in _DANGLING:
            continue
        said = run(rest[cut:], now, signed)
        if said is not None and _kept(rest[:cut]):
            return _kept(rest[:cut]), said
    return _kept(rest), signed


def run(words: Words, now: Moment, said: Modifiers | None = None) -> Modifiers | None:
    """All of these words as modifiers; None when some of them are something else."""
    said = Modifiers() if said is None else said
    at = 0
    while at < len(words):
        found = _separator(words, at, said) or _one(words, at, now, said)
        if found is None:
            return None
        said, at = found
    return said


def signs(words: Words) -> tuple[Words, Modifiers]:
    """The words without tags and priority signs, and what those said."""
    tags: list[str] = []
    importance: Importance | None = None
    taken: set[int] = set()
    for index, word in enumerate(words.items):
        tag = tag_at(words, index)
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


def _kept(words: Words) -> Words:
    """A title without the commas at its end; what else is at its end belongs to it."""
    last = len(words)
    while last and is_comma(words[last - 1]):
        last -= 1
    return words[:last]


Step = tuple[Modifiers, int]


def _one(words: Words, at: int, now: Moment, said: Modifiers) -> Step | None:
    readers: tuple[Callable[[Words, int, Moment, Modifiers], Step | None], ...] = (
        _notices,
        _repeat,
        _importance,
        _when,
    )
    return next((step for read in readers if (step := read(words, at, now, said))), None)


def _separator(words: Words, at: int, said: Modifiers) -> Step | None:
    mark = words[at].kind is Kind.MARK
    return (said, at + 1) if mark or (words.key(at) in _SEPARATORS and words.key(at + 1) != "a") else None


def _notices(words: Words, at: int, now: Moment, said: Modifiers) -> Step | None:
    found = notices(words, at, now)
    if found is None or len(said.spoken) + len(found[0]) > _MOST_NOTICES:
        return None
    return replace(said, spoken=said.spoken + found[0]), found[1]


def _repeat(words: Words, at: int, now: Moment, said: Modifiers) -> Step | None:
    """A repeat phrase, with the part of the day behind it: every sunday morning."""
    del now
    found = repeat(words, at) if said.repeat is None else None
    if found is None:
        return None
    part = PARTS.get(words.key(found[1]))
    when = said.when.with_piece(When(part=part)) if part else said.when
    return None if when is None else (replace(said, repeat=found[0], when=when), found[1] + (part is not None))


def _importance(words: Words, at: int, now: Moment, said: Modifiers) -> Step | None:
    del now
    if words.key(at + 1) == "priority" and words.key(at) in IMPORTANCES:
        return replace(said, importance=IMPORTANCES[words.key(at)]), at + 2
    if words.key(at) == "priority":
        behind = at + 1 + (at + 1 < len(words) and words[at + 1].kind is Kind.MARK)
        if words.key(behind) in IMPORTANCES:
            return replace(said, importance=IMPORTANCES[words.key(behind)]), behind + 1
    return None


def _when(words: Words, at: int, now: Moment, said: Modifiers) -> Step | None:
    found = piece(words, at, now)
    joined = said.when.with_piece(found[0]) if found else None
    return (replace(said, when=joined), found[1]) if found and joined else None
