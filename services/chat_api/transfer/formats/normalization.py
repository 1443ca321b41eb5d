"""What other products write, as ours holds it: labels as tags, rich text as plain text."""

import re
import unicodedata
from collections.abc import Iterable
from html import unescape

from services.chat_api.tasks.domain.tags import LETTERS, MARKS

_OTHER = re.compile(rf"[^{LETTERS}]+")
_BLOCKS = {"p", "br", "li", "div", "h1", "h2", "h3", "ul", "ol", "tr"}
_MARKUP = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>")
_BLANKS = re.compile(r"\n{3,}")


def tags_from_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels as tags, with `-` for what a tag can't contain; a label that would be empty is left out."""
    normal = (unicodedata.normalize("NFC", label).lower() for label in labels)
    cleaned = (_OTHER.sub("-", label).strip("-").lstrip(MARKS)[:64] for label in normal)
    return tuple(sorted({tag for tag in cleaned if tag}))


def text_from_html(html: str) -> str:
    """The text of HTML, in linear time; text without a tag is returned unchanged."""
    if _MARKUP.search(html) is None:
        return html
    return _BLANKS.sub("\n\n", unescape(_MARKUP.sub(_break, html))).strip()


def _break(tag: re.Match[str]) -> str:
    """The replacement of an HTML tag: a block begins on a line of its own."""
    name = tag["name"].lower()
    if tag["end"] or name not in _BLOCKS:
        return ""
    return "\n- " if name == "li" else "\n"
