"""What a tag is: letters with their marks, digits, `-`, `_` and `/`; in lower case, in normal form. Pure.

Marks, such as the vowels of Devanagari, are no letters to regular expressions, and no word of such a script is without.
"""

import re
import unicodedata
from collections.abc import Iterable

from todo_runtime.errors import InvalidArgument

MAX_TAGS = 50
"""As in todo/task/v1/task.proto: here for those who do not come in by its door."""

MARKS = "".join(chr(code) for code in range(0x300, 0x20000) if unicodedata.category(chr(code)).startswith("M"))
LETTERS = rf"\w/{MARKS}-"
"""What tags are made of, for use inside of a character class."""
_TAG = re.compile(rf"[\w/-][{LETTERS}]{{0,63}}")


def tag_of(tag: str, field: str) -> str:
    """A tag as it is kept. Raises InvalidArgument for what is none."""
    normal = unicodedata.normalize("NFC", tag.removeprefix("#")).lower()
    if not _TAG.fullmatch(normal):
        raise _wrong(field, "A tag has 1 to 64 letters, digits, - _ and /.")
    return normal


def tags_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags in lower case, normalized, sorted, each once. Raises InvalidArgument for an invalid tag, or too many."""
    distinct = {tag_of(tag, f"task.tags[{index}]") for index, tag in enumerate(tags)}
    if len(distinct) > MAX_TAGS:
        raise _wrong("task.tags", f"A task has at most {MAX_TAGS} tags.")
    return tuple(sorted(distinct))


def _wrong(field: str, text: str) -> InvalidArgument:
    return InvalidArgument.at(field, text)
