"""Which of some tasks fit the words that a person used for one of them."""

import re
from collections.abc import Callable, Sequence

from services.chat_api.chat.interpreter.commands import Listed
from services.chat_api.chat.interpreter.words import fold

_WORD = re.compile(r"\w+")
Fits = Callable[[str, str], bool]


def best_matches(said: str, tasks: Sequence[Listed]) -> tuple[Listed, ...]:
    """The tasks that fit best, in the order given; empty when none does.

    A title that is the words wins over one that begins with them, that over one that has them all, and that over
    one in which each of them begins a word.
    """
    for fits in (_is, _begins, _has_words, _has_beginnings):
        found = tuple(task for task in tasks if fits(_plain(said), _plain(task.title)))
        if found:
            return found
    return ()


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text))) or fold(text).strip()


def _is(said: str, title: str) -> bool:
    return said == title


def _begins(said: str, title: str) -> bool:
    return title.startswith(said + " ")


def _has_words(said: str, title: str) -> bool:
    return set(said.split()) <= set(title.split())


def _has_beginnings(said: str, title: str) -> bool:
    return all(any(word.startswith(part) for word in title.split()) for part in said.split())
