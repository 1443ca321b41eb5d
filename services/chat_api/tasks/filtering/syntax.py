"""The syntax of a filter: a recursive descent over its tokens.

filter     = [ expression ]
expression = sequence { "AND" sequence }
sequence   = factor { factor }                 all of them, as with AND
factor     = term { "OR" term }                OR binds tighter than AND
term       = [ "NOT" | "-" ] simple
simple     = "(" expression ")" | restriction
restriction = value [ comparator argument ]
argument   = [ "-" ] value | "(" expression ")"  the field compared with each value in the parentheses
"""

from collections.abc import Iterator
from dataclasses import dataclass

from services.chat_api.tasks.filtering.problems import problem
from services.chat_api.tasks.filtering.tokens import (
    Kind,
    Token,
    tokens_of,
)

MAX_DEPTH = 20
MAX_RESTRICTIONS = 100

_STARTS: tuple[Kind, ...] = ("(", "minus", "NOT", "text", "string")
_NAMES = {"end": "the end", "comparator": "a comparison", "minus": "-", "text": "a word", "string": "a string"}


@dataclass(frozen=True, slots=True)
class Restriction:
    """A word alone (`comparator` and `value` are None), or a field compared with a value, or with several."""

    subject: Token
    comparator: Token | None = None
    value: "Token | Node | None" = None


@dataclass(frozen=True, slots=True)
class Several:
    """Nodes joined by AND or OR."""

    joined: str
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The opposite of a node."""

    node: "Node"


Node = Restriction | Several | Negated


def parse(text: str) -> Node | None:
    """The syntax tree; None for a filter without anything. Raises InvalidArgument with the position."""
    parser = _Parser(tokens_of(text))
    return parser.filter()


class _Parser:
    def __init__(self, tokens: Iterator[Token]) -> None:
        self._tokens = tokens
        self._token = next(tokens)
        self._depth = 0
        self._restrictions = 0

    def _at(self, *kinds: Kind) -> bool:
        return self._token.kind in kinds

    def filter(self) -> Node | None:
        if self._at("end"):
            return None
        node = self._expression()
        if not self._at("end"):
            raise self._unexpected("AND, OR or the end")
        return node

    def _expression(self) -> Node:
        nodes = [self._sequence()]
        while self._at("AND"):
            self._advance()
            nodes.append(self._sequence())
        return _joined("AND", nodes)

    def _sequence(self) -> Node:
        nodes = [self._factor()]
        while self._at(*_STARTS):
            nodes.append(self._factor())
        return _joined("AND", nodes)

    def _factor(self) -> Node:
        nodes = [self._term()]
        while self._at("OR"):
            self._advance()
            nodes.append(self._term())
        return _joined("OR", nodes)

    def _term(self) -> Node:
        if self._at("NOT", "minus"):
            self._advance()
            return Negated(self._simple())
        return self._simple()

    def _simple(self) -> Node:
        return self._composite() if self._at("(") else self._restriction()

    def _composite(self) -> Node:
        opened = self._advance()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise problem(opened.position, f"more than {MAX_DEPTH} parentheses within each other.")
        node = self._expression()
        if not self._at(")"):
            raise self._unexpected(f"the ) for the ( at character {opened.position}")
        self._advance()
        self._depth -= 1
        return node

    def _restriction(self) -> Node:
        if not self._at("text", "string"):
            raise self._unexpected("a field or a word")
        self._restrictions += 1
        if self._restrictions > MAX_RESTRICTIONS:
            raise problem(self._token.position, f"a filter has at most {MAX_RESTRICTIONS} conditions.")
        subject = self._advance()
        if not self._at("comparator"):
            self._require_no_call(subject)
            return Restriction(subject)
        comparator = self._advance()
        return Restriction(subject, comparator, self._argument(comparator))

    def _require_no_call(self, subject: Token) -> None:
        if self._at("(") and subject.kind == "text" and self._token.position == subject.position + len(subject.text):
            raise problem(subject.position, f"there are no functions, such as {subject.text[:80]!r}.")

    def _argument(self, comparator: Token) -> "Token | Node":
        if self._at("(") and comparator.text in (":", "="):
            return self._composite()
        if self._at("minus"):
            sign = self._advance()
            return Token("text", f"-{self._value(comparator).text}", sign.position)
        return self._value(comparator)

    def _value(self, comparator: Token) -> Token:
        if not self._at("text", "string"):
            raise self._unexpected(f"a value after {comparator.text}")
        return self._advance()

    def _advance(self) -> Token:
        taken = self._token
        if taken.kind != "end":
            self._token = next(self._tokens)
        return taken

    def _unexpected(self, wanted: str) -> Exception:
        found = _NAMES.get(self._token.kind, self._token.text)
        return problem(self._token.position, f"{wanted} was expected, not {found}.")


def _joined(how: str, nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Several(how, tuple(nodes))
