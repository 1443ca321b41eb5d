"""Finds the tasks that fit the words that a person used for one of them."""

import re
from collections.abc import Callable, Sequence

from services.chat_api.chat.interpreter.commands import TaskRef
from services.chat_api.chat.interpreter.words import fold

_WORD = re.compile(r"\w+")
Fits = Callable[[str, str], bool]


def find_best_matches(words: str, tasks: Sequence[TaskRef]) -> tuple[TaskRef, ...]:
    """The tasks that fit best, in the order given; empty when none does.

    A title that is the words wins over one that begins with them, that over one that has them all, and that over
    one in which each of them begins a word.
    """
    for fits in (_equals, _begins_title, _has_words, _has_prefixes):
        matches = tuple(task for task in tasks if fits(_normalize(words), _normalize(task.title)))
        if matches:
            return matches
    return ()


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
