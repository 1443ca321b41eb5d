"""From a filter's text to what it asks of tasks."""

from collections.abc import Callable

from services.chat_api.tasks.filtering.conditions import (
    ALWAYS,
    And,
    Filter,
    Not,
    Or,
    Words,
)
from services.chat_api.tasks.filtering.fields import (
    asked,
    flag,
)
from services.chat_api.tasks.filtering.problems import problem
from services.chat_api.tasks.filtering.syntax import (
    Negated,
    Node,
    Restriction,
    parse,
)
from services.chat_api.tasks.filtering.tokens import Token
from services.chat_api.tasks.filtering.values import FilterContext


def filter_of(text: str, context: FilterContext) -> Filter:
    """What a filter asks. Raises InvalidArgument, with the position of what is wrong."""
    node = parse(text)
    return ALWAYS if node is None else _asked(node, context)


def _asked(node: Node, context: FilterContext) -> Filter:
    return _put_together(node, lambda one: _restriction(one, context))


def _put_together(node: Node, asks: Callable[[Restriction], Filter]) -> Filter:
    if isinstance(node, Restriction):
        return asks(node)
    if isinstance(node, Negated):
        return Not(_put_together(node.node, asks))
    filters = tuple(_put_together(one, asks) for one in node.nodes)
    return And(filters) if node.joined == "AND" else Or(filters)


def _compared(name: Token, comparator: Token, value: Token | Node, context: FilterContext) -> Filter:
    if isinstance(value, Token):
        return asked(name, comparator, value, context)

    def asks(one: Restriction) -> Filter:
        if one.comparator is not None:
            raise problem(one.comparator.position, f"only values of {name.text[:80]} were expected in parentheses.")
        return asked(name, comparator, one.subject, context)

    return _put_together(value, asks)


def _restriction(node: Restriction, context: FilterContext) -> Filter:
    if node.comparator is not None and node.value is not None:
        return _compared(node.subject, node.comparator, node.value, context)
    known = flag(node.subject.text) if node.subject.kind == "text" else None
    if known is not None:
        return known
    if not node.subject.text.strip():
        raise problem(node.subject.position, "an empty string says nothing.")
    return Words(node.subject.text)
