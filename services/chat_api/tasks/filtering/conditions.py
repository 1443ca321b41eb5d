"""What a filter asks of a task: conditions, each on one column of tasks, put together with and, or and not.

A condition on something that a task does not have does not hold; its opposite does.
"""

from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Condition:
    """A column compared with a value of its type."""

    column: str
    operator: Operator
    value: object


@dataclass(frozen=True, slots=True)
class Has:
    """A column that is not empty; with a `value`, a list that has it."""

    column: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """A text, or one in a list, that is like a pattern of SQL's LIKE (`\\` escapes), whatever the case."""

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Words:
    """A task in whose title, notes or tags all these words are; the last one also as a beginning."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    filter: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    """All of them; none at all holds always."""

    filters: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of them; none at all holds never."""

    filters: tuple["Filter", ...]


Filter = Condition | Has | Matches | Words | Not | And | Or
ALWAYS = And(())
NEVER = Or(())
