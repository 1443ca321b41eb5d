"""What is wrong with a contract, in words that say where it is, what to do about it and whom it affects."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One broken rule: the file (relative to the repository), what is wrong there, and what to do.

    `affects` names the services that would feel it; empty where only the repository would.
    """

    file: str
    what: str
    remedy: str
    affects: str = ""

    def __str__(self) -> str:
        affected = f" [{self.affects}]" if self.affects else ""
        return f"{self.file}: {self.what}: {self.remedy}{affected}"


class ContractError(Exception):
    """The contracts can't be read or generated from; `problems` holds every reason at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
