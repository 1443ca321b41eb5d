"""Verifies that a stream is still what was recorded.

Feed the links of one stream in the order of their numbers (see `in_chain_order`), then ask for the verdict. A
verification can stop anywhere and continue later from the `Head` that it reached.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.audit.domain.chain import GENESIS, Head, Link, hash_of


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong; `sequence` is that of the event at fault, 0 when it is the end of the chain."""

    sequence: int
    text: str


class ChainVerifier:
    """Verifies one chain, from its beginning or from where an earlier verification stopped."""

    def __init__(self, start: Head | None = None) -> None:
        self._reached = start or Head()
        self.count = 0
        self.problem: Problem | None = None

    @property
    def reached(self) -> Head:
        """The last link that was verified."""
        return self._reached

    def verify(self, link: Link) -> None:
        """Verifies the next link. After the first problem links are only counted."""
        self.count += 1
        if self.problem is None:
            self.problem = self._problem_with(link)
        highest = max(self._reached.sequence, link.entry.sequence)
        self._reached = Head(highest, link.number, link.hash)

    def finish(self, head: Head | None) -> Problem | None:
        """The verdict once no link is left, given the recorded end of the chain."""
        if self.problem is None and (head or Head()) != self._reached:
            self.problem = Problem(0, _end_problem(head or Head(), self._reached))
        return self.problem

    def _problem_with(self, link: Link) -> Problem | None:
        entry, before = link.entry, self._reached
        if link.number != before.link + 1:
            return Problem(entry.sequence, f"Link {before.link + 1} is missing: the next one is {link.number}.")
        if link.prev_hash != before.hash:
            return Problem(entry.sequence, "The link does not follow the one before it.")
        if link.late != (entry.sequence <= before.sequence):
            return Problem(entry.sequence, "The link is not where its number says that it belongs.")
        if hash_of(entry, link.number, before.hash) != link.hash:
            return Problem(entry.sequence, "The event is not what was recorded: its hash differs.")
        return None


def in_chain_order(on_time: Iterable[Link], late: Iterable[Link]) -> Iterator[Link]:
    """Merges the links that came in order of their sequence with the late ones; both ascend by number."""
    pending = iter(late)
    next_late = next(pending, None)
    for link in on_time:
        while next_late is not None and next_late.number < link.number:
            yield next_late
            next_late = next(pending, None)
        yield link
    while next_late is not None:
        yield next_late
        next_late = next(pending, None)


def _end_problem(head: Head, reached: Head) -> str:
    if head.link > reached.link:
        return f"The last {head.link - reached.link} links are missing."
    if head.link < reached.link:
        return f"{reached.link - head.link} links follow the recorded end of the chain."
    return "The chain does not end in the hash that was recorded." if head.hash != GENESIS else "The end is missing."
