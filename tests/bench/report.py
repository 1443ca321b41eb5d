"""The table: a line a path with its rounds, its part of the floor and the target, and at the end what was missed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.rates import Rate

_LINE = "{:<58} {:>9} {:>9} {:>9} {:>8}  {}"


@dataclass(frozen=True)
class Target:
    """The bound of a ratio to a floor: `least` or `most`."""

    least: float | None = None
    most: float | None = None

    def is_met(self, ratio: float) -> bool:
        """Whether a ratio keeps to it; one that rounds to the bound does."""
        rounded = round(ratio, 2)
        return (self.least is None or rounded >= self.least) and (self.most is None or rounded <= self.most)

    def __str__(self) -> str:
        return f"at least {self.least:.2f}" if self.least is not None else f"at most {self.most:.2f}"


@dataclass
class Report:
    """Prints lines as they come, and keeps what was missed and what could not be measured."""

    missed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    _title: str = ""

    def title(self, text: str, *columns: str) -> None:
        """Begins a part of the table; `columns` say what its three figures are."""
        self._title = text
        print("\n" + _LINE.format(text, *columns, "ratio", "target"), flush=True)

    def line(
        self, name: str, figures: Sequence[float], ratio: float | None = None, target: Target | None = None
    ) -> None:
        """One path; figures that are not there are left out."""
        verdict = ""
        if ratio is not None and target is not None:
            met = target.is_met(ratio)
            verdict = f"{target}{'' if met else ': MISSED'}"
            if not met:
                self.missed.append(f"{self._title}: {name}: {ratio:.2f}, {target}")
        shown = [_shown(one) for one in figures] + [""] * (3 - len(figures))
        print(_LINE.format(f"  {name}", *shown, "" if ratio is None else f"{ratio:.2f}", verdict).rstrip(), flush=True)

    def rates(self, title: str, rates: Sequence[Rate], target: Target | None = None) -> None:
        """The floor first, the others as a part of it."""
        self.title(title, "median/s", "least", "most")
        self.rate(rates[0])
        for rate in rates[1:]:
            self.rate(rate, rates[0], target)

    def rate(self, rate: Rate, floor: Rate | None = None, target: Target | None = None, name: str = "") -> None:
        """One rate, as a part of a floor where there is one."""
        ratio = None if floor is None else rate.median / floor.median
        self.line(name or rate.name, (rate.median, rate.least, rate.most), ratio, target)

    def finish(self) -> None:
        """Says what was missed, and what could not be measured."""
        print("\nAll targets are met." if not self.missed else "\nMissed:")
        for one in self.missed:
            print(f"  {one}")
        for one in self.broken:
            print(f"Not measured: {one}")


def _shown(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"
