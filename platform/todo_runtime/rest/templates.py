"""Path templates of google.api.http, parsed once.

Grammar (google/api/http.proto): segments of literals, `*` (one segment), `**` (the rest) and `{field.path=segments}`,
and an optional `:verb` at the end. Pure.
"""

from dataclasses import dataclass

ANY_SEGMENT = "*"
REMAINDER = "**"


class TemplateError(ValueError):
    """A template that does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A field that takes the segments from `start` to `end` of a path; `end` None: all that follow."""

    field_path: tuple[str, ...]
    start: int
    end: int | None

    @property
    def single(self) -> bool:
        """Whether it takes one segment, so that an encoded slash in it is data."""
        return self.end == self.start + 1


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A template: its segments (literals, `*`, and `**` as the last one), verb and variables."""

    text: str
    segments: tuple[str, ...]
    verb: str
    variables: tuple[Variable, ...]

    @classmethod
    def parse(cls, text: str) -> "PathTemplate":
        """Parses a template. Raises TemplateError."""
        if not text.startswith("/"):
            raise TemplateError(f"{text!r} does not start with a slash.")
        body, verb = _split_verb(text[1:])
        segments: list[str] = []
        variables: list[Variable] = []
        for piece in _pieces(body):
            if piece.startswith("{"):
                field, inner = _variable(piece)
                start = len(segments)
                segments.extend(inner)
                variables.append(Variable(field, start, None if REMAINDER in inner else len(segments)))
            else:
                segments.append(piece)
        _check(text, segments)
        return cls(text, tuple(segments), verb, tuple(variables))


def _split_verb(text: str) -> tuple[str, str]:
    body, colon, verb = text.rpartition(":")
    if colon and "}" not in verb and "/" not in verb:
        return body, verb
    return text, ""


def _pieces(body: str) -> list[str]:
    """Splits the text at slashes outside braces."""
    pieces, depth, current = [], 0, ""
    for character in body:
        depth += (character == "{") - (character == "}")
        if character == "/" and depth == 0:
            pieces.append(current)
            current = ""
        else:
            current += character
    return [*pieces, current]


def _variable(piece: str) -> tuple[tuple[str, ...], list[str]]:
    if not piece.endswith("}"):
        raise TemplateError(f"{piece!r} has no closing brace.")
    field, equals, inner = piece[1:-1].partition("=")
    return tuple(field.split(".")), inner.split("/") if equals else [ANY_SEGMENT]


def _check(text: str, segments: list[str]) -> None:
    if any(not segment or set(segment) & set("{}=") for segment in segments):
        raise TemplateError(f"{text!r} has an empty or malformed segment.")
    if REMAINDER in segments[:-1]:
        raise TemplateError(f"{text!r} has ** before its end.")
