"""One difference between two states of the contracts, and what is to be thought of it."""

from dataclasses import dataclass
from enum import StrEnum

from todo_contracts.problems import Problem


class Verdict(StrEnum):
    """Legal; refused by the house rules alone, while a registry or buf accepts it; or breaking for somebody."""

    LEGAL = "legal"
    HOUSE = "house rule"
    BREAKING = "breaking"


@dataclass(frozen=True, order=True)
class Change:
    """One difference. `element` such as todo.task.v1.Task.title or task-events; `what` says it in words.

    `rule` is the one that refuses it, empty when it is legal. `advice` is a legal way, or for a legal change who
    is rolled out first. `affects` names the services on both sides.
    """

    file: str
    element: str
    what: str
    verdict: Verdict
    rule: str = ""
    advice: str = ""
    affects: str = ""

    def problem(self) -> Problem:
        """The change as a reason to refuse it."""
        accepted = "; a house rule: the registry would accept it" if self.verdict is Verdict.HOUSE else ""
        return Problem(self.file, f"{self.element}: {self.what} ({self.rule}{accepted})", self.advice, self.affects)
