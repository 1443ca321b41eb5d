"""Text as words: the alphabet of the grammar.

Guarantees: every word knows its offsets in the text, so that a title can be cut out exactly as it was written;
quoted text is one word that is never taken for a keyword; no text is refused.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import overload

_TOKEN = re.compile(r'"(?P<straight>[^"]+)"|“(?P<curly>[^”]+)”|(?P<word>\S+)')
_TRAILING = re.compile(r"[,;:.?!]+$")
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'"})


class Kind(Enum):
    """What a piece of text is."""

    WORD = auto()
    QUOTED = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text: `text` as written without its quotes, `key` folded for comparison.

    The key is empty for quoted text, so that no keyword matches it. `start` and `end` are offsets into the
    source, quotes included.
    """

    text: str
    key: str
    start: int
    end: int
    kind: Kind = Kind.WORD


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words of one source text."""

    source: str
    items: tuple[Word, ...]

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> "Words": ...
    def __getitem__(self, index: int | slice) -> "Word | Words":
        if isinstance(index, slice):
            return Words(self.source, self.items[index])
        return self.items[index]

    def key(self, index: int) -> str:
        """The folded word at an index; empty outside the run and for quoted text."""
        return self.items[index].key if 0 <= index < len(self.items) else ""

    def starts(self, keys: tuple[str, ...], at: int = 0) -> bool:
        """Whether these keywords stand at an index."""
        return len(self) - at >= len(keys) and all(self.key(at + i) == key for i, key in enumerate(keys))

    def ends(self, keys: tuple[str, ...]) -> bool:
        """Whether the run ends with these keywords."""
        return len(self) >= len(keys) and self.starts(keys, len(self) - len(keys))

    def indexes_of(self, *keys: str) -> list[int]:
        """Where any of these keywords stands, from the left."""
        return [index for index, word in enumerate(self.items) if word.key in keys]

    def trimmed(self) -> "Words":
        """The run without punctuation at its ends."""
        first, last = 0, len(self.items)
        while first < last and self.items[first].kind is Kind.MARK:
            first += 1
        while last > first and self.items[last - 1].kind is Kind.MARK:
            last -= 1
        return self[first:last]

    def without(self, taken: frozenset[int]) -> "Words":
        """The run without the words at some indexes."""
        return Words(self.source, tuple(word for i, word in enumerate(self.items) if i not in taken))

    @property
    def text(self) -> str:
        """The run as it was written: words that stood together keep what was between them.

        A run that is one quoted piece gives the text inside the quotes.
        """
        if len(self.items) == 1:
            return self.items[0].text
        return "".join(self._pieces()).strip()

    def _pieces(self) -> list[str]:
        pieces: list[str] = []
        for index, word in enumerate(self.items):
            if index:
                between = self.source[self.items[index - 1].end : word.start]
                pieces.append(" " if between.strip() else between)
            pieces.append(self.source[word.start : word.end])
        return pieces


def tokenize(text: str) -> Words:
    """Cuts a text into words."""
    items: list[Word] = []
    for match in _TOKEN.finditer(text):
        if match["word"] is None:
            inner = match["straight"] or match["curly"]
            items.append(Word(inner, "", match.start(), match.end(), Kind.QUOTED))
        else:
            items.extend(_split_marks(match["word"], match.start()))
    return Words(text, tuple(items))


def fold(text: str) -> str:
    """A text in the form in which words are compared."""
    return text.translate(_APOSTROPHES).casefold()


def _split_marks(text: str, start: int) -> list[Word]:
    trailing = _TRAILING.search(text)
    cut = trailing.start() if trailing else len(text)
    end = start + len(text)
    mark = Word(text[cut:], "", start + cut, end, Kind.MARK)
    if cut == 0:
        return [mark]
    word = Word(text[:cut], fold(text[:cut]), start, start + cut)
    return [word, mark] if trailing else [word]
