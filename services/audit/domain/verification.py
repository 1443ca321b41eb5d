"""Finds out whether a recorded stream is still what was recorded.

Feed the links of one stream in the order of their numbers (see `in_chain_order`), then ask for the verdict. A walk can
stop anywhere and go on later from its `Head`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.audit.domain.chain import GENESIS, Head, Link, hash_of


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong; `sequence` is that of the event at fault, 0 when it is the end of the chain."""

    sequence: int
    text: str


class Walk:
    """A walk along one chain, from its beginning or from where an earlier walk stopped."""

    def __init__(self, start: Head | None = None) -> None:
        self._reached = start or Head()
        self.count = 0
        self.problem: Problem | None = None

    @property
    def reached(self) -> Head:
        """Where the walk is."""
        return self._reached

    def step(self, link: Link) -> None:
        """Looks at the next link. After the first problem only the count goes on."""
        self.count += 1
        if self.problem is None:
            self.problem = self._fault(link)
        highest = max(self._reached.sequence, link.entry.sequence)
        self._reached = Head(highest, link.number, link.hash)

    def finish(self, head: Head | None) -> Problem | None:
        """The verdict once no link is left, given where the chain is said to end."""
        if self.problem is None and (head or Head()) != self._reached:
            self.problem = Problem(0, _wrong_end(head or Head(), self._reached))
        return self.problem

    def _fault(self, link: Link) -> Problem | None:
        entry, before = link.entry, self._reached
        if link.number != before.link + 1:
            return Problem(entry.sequence, f"Link {before.link + 1} is missing: the next one is {link.number}.")
        if link.prev_hash != before.hash:
            return Problem(entry.sequence, "It does not follow the link before it.")
        if link.late != (entry.sequence <= before.sequence):
            return Problem(entry.sequence, "It is not where its number says that it belongs.")
        if hash_of(entry, link.number, before.hash) != link.hash:
            return Problem(entry.sequence, "It is not what was recorded: its hash is another.")
        return None


def in_chain_order(on_time: Iterable[Link], late: Iterable[Link]) -> Iterator[Link]:
    """Merges the links that came in order of their sequence with the late ones; both ascend by number."""
    waiting = iter(late)
    next_late = next(waiting, None)
    for link in on_time:
        while next_late is not None and next_late.number < link.number:
            yield next_late
            next_late = next(waiting, None)
        yield link
    while next_late is not None:
        yield next_late
        next_late = next(waiting, None)


def _wrong_end(head: Head, reached: Head) -> str:
    if head.link > reached.link:
        return f"The last {head.link - reached.link} links are missing."
    if head.link < reached.link:
        return f"{reached.link - head.link} links stand behind the end of the chain."
    return "The chain does not end in the hash that was recorded." if head.hash != GENESIS else "The end is missing."
