"""Which tasks are meant: by number ("2", "1 and 3", "the second"), by "it" or "all", or by words of its title."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from services.chat_api.chat.interpreter.commands import ByWords, Chosen, Memory, Target, TaskRef, Unknown
from services.chat_api.chat.interpreter.numbers import parse_cardinal, parse_ordinal
from services.chat_api.chat.interpreter.words import Kind, Words, fold

_ONE = (("it",), ("that",), ("this",), ("that", "one"), ("this", "one"))
_SEVERAL = (("them",), ("these",), ("those",), ("both",), ("all", "of", "them"))
_ALL = (("all",), ("everything",), ("all", "tasks"), ("all", "of", "it"))
_WORD = re.compile(r"\w+")
_RANGE = re.compile(r"^([0-9]{1,4})[-\u2013]([0-9]{1,4})$")
_NUMBER_WORDS = ("number", "no", "nr", "task", "tasks", "numbers", "#")
_JOINTS = ("and", "&", "")
_ARTICLES = ("the", "my", "a", "an")
_MOST = 100


def parse_target(words: Words, memory: Memory) -> Target | Unknown:
    """The tasks that these words mean; Unknown with a reason where they point at nothing."""
    words = _without_article(words.trimmed())
    if not words:
        return Unknown("Which task do you mean?", ("list",))
    pointed = _parse_pointer(words, memory)
    if pointed is not None:
        return pointed
    numbers = parse_numbers(words)
    return _choose_numbers(numbers, memory) if numbers else _parse_title_words(words)


def parse_numbers(words: Words) -> tuple[int, ...]:
    """The numbers, each once, when the words are nothing but numbers; empty otherwise."""
    numbers: list[int] = []
    for word in words.trimmed().items:
        if word.kind is Kind.QUOTED:
            return ()
        if word.key == "one" and numbers:
            continue  # the second one
        span = _parse_range(word.key)
        if span:
            numbers.extend(span)
        elif word.key not in _JOINTS + _NUMBER_WORDS + ("the",):
            return ()
    return tuple(dict.fromkeys(numbers))


def _parse_title_words(words: Words) -> ByWords:
    """Tasks by words of their titles."""
    if len(words) == 1 and words[0].kind is Kind.QUOTED:
        return ByWords(words.text)
    cuts = [i for i, w in enumerate(words.items) if w.key in ("and", "&") or (w.kind is Kind.MARK and "," in w.text)]
    bounds = [-1, *cuts, len(words)]
    runs = [words[a + 1 : b].trimmed() for a, b in pairwise(bounds)]
    parts = tuple(_without_article(run).text for run in runs if run)
    return ByWords(words.text, parts[:_MOST] if len(parts) > 1 else ())


def find_best_matches(words: str, tasks: Sequence[TaskRef]) -> tuple[TaskRef, ...]:
    """The tasks that fit best, in the order given; empty when none does.

    A title that is the words wins over one that begins with them, that over one that has them all, and that over
    one in which each of them begins a word.
    """
    sought, titles = _normalize(words), [_normalize(task.title) for task in tasks]
    predicates: tuple[Callable[[str, str], bool], ...] = (_equals, _begins_title, _has_words, _has_prefixes)
    for fits in predicates:
        matches = tuple(task for task, title in zip(tasks, titles, strict=True) if fits(sought, title))
        if matches:
            return matches
    return ()


def _without_article(words: Words) -> Words:
    """Without a leading article: "the milk" is "milk"."""
    return words[1:] if len(words) > 1 and words.key(0) in _ARTICLES else words


def _parse_range(key: str) -> range | None:
    """The number, or the range of numbers, of one word."""
    bounds = _RANGE.match(key)
    if bounds:
        first, last = int(bounds[1]), int(bounds[2])
        return range(first, min(last, first + _MOST) + 1) if first <= last else None
    number = (
        parse_ordinal(key) if parse_cardinal(key.removeprefix("#")) is None else parse_cardinal(key.removeprefix("#"))
    )
    return None if number is None else range(number, number + 1)


def _parse_pointer(words: Words, memory: Memory) -> Target | Unknown | None:
    keys = tuple(word.key for word in words.items)
    if keys in _ALL:
        return _choose(memory.listed, "Which tasks? Say “list” first, then “all” means those.")
    if keys in _SEVERAL:
        return _choose(memory.mentioned, "Which tasks do you mean?")
    if keys in _ONE:
        alone = memory.mentioned if len(memory.mentioned) == 1 else ()
        return _choose(alone, "Which task do you mean? Say its number or some words of its title.")
    if keys in (("last",), ("last", "one")):
        return _choose(memory.listed[-1:], "Which task? Say “list” first.")
    return None


def _choose(tasks: tuple[TaskRef, ...], otherwise: str) -> Target | Unknown:
    return Chosen(tasks) if tasks else Unknown(otherwise, ("list",))


def _choose_numbers(numbers: tuple[int, ...], memory: Memory) -> Target | Unknown:
    if not memory.listed:
        return Unknown("I haven't shown you a numbered list yet. Say “list” first.", ("list",))
    outside = [number for number in numbers if not 1 <= number <= len(memory.listed)]
    if outside:
        have = "only number 1" if len(memory.listed) == 1 else f"numbers 1 to {len(memory.listed)}"
        return Unknown(f"There is no number {outside[0]}: the last list has {have}.", ("list",))
    return Chosen(tuple(memory.listed[number - 1] for number in numbers))


def _normalize(text: str) -> str:
    return " ".join(_WORD.findall(fold(text))) or fold(text).strip()


def _equals(words: str, title: str) -> bool:
    return words == title


def _begins_title(words: str, title: str) -> bool:
    return title.startswith(words + " ")


def _has_words(words: str, title: str) -> bool:
    return set(words.split()) <= set(title.split())


def _has_prefixes(words: str, title: str) -> bool:
    return all(any(word.startswith(part) for word in title.split()) for part in words.split())
