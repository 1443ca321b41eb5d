"""Labels of other products as our tags, and their rich text as plain text."""

import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser

_OTHER = re.compile(r"[^\w/-]+")
_BLOCKS = {"p", "br", "li", "div", "h1", "h2", "h3", "ul", "ol", "tr"}
_BLANKS = re.compile(r"\n{3,}")


def tags_of(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels with `-` for what a tag can't have; one of which nothing is left is left out."""
    cleaned = (_OTHER.sub("-", unicodedata.normalize("NFC", label).lower()).strip("-")[:64] for label in labels)
    return tuple(sorted({tag for tag in cleaned if tag}))


def plain(html: str) -> str:
    """The text of some HTML; text without a tag stays as it is."""
    if "<" not in html:
        return html
    parser = _Text()
    parser.feed(html)
    parser.close()
    return _BLANKS.sub("\n\n", "".join(parser.pieces)).strip()


class _Text(HTMLParser):
    """Collects text; a block begins on a line of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as HTMLParser calls it
        if tag in _BLOCKS:
            self.pieces.append("\n- " if tag == "li" else "\n")

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)
