"""The flow of events as an SVG: who writes on the left, topics in the middle, who reads on the right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from todo_contracts.generate.wiring import Wiring

_ROW, _BOX, _HEIGHT = 54, 34, 40
_LEFT, _MIDDLE, _RIGHT = 10, 330, 690
_SIDE_WIDTH, _TOPIC_WIDTH = 170, 230
WIDTH = _RIGHT + _SIDE_WIDTH + 10


@dataclass(frozen=True)
class Box:
    """A labelled rectangle; `anchor` is what it leads to on the page."""

    label: str
    anchor: str
    kind: str
    x: float
    y: float
    width: float
    height: float = _BOX

    @property
    def middle(self) -> float:
        """The height at which arrows touch it."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Arrow:
    """A curve from one box to another; `service` is the one on the side."""

    path: str
    service: str


@dataclass(frozen=True)
class Diagram:
    """What the page draws."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def flow(wiring: Wiring) -> Diagram:
    """Places every topic under the next, and each service at the mean height of its topics."""
    topics = sorted(wiring.topics.values(), key=lambda topic: (not topic.consumers, topic.producers, topic.name))
    rows = {
        topic.name: Box(topic.name, f"topic-{topic.name}", "topic", _MIDDLE, n * _ROW + 10, _TOPIC_WIDTH)
        for n, topic in enumerate(topics)
    }
    writers = _side({name: [t.name for t in topics if name in t.producers] for name in wiring.manifests}, rows, _LEFT)
    readers = _side({name: [t.name for t in topics if name in t.consumers] for name in wiring.manifests}, rows, _RIGHT)
    arrows = [
        *(Arrow(_curve(writers[name], rows[t.name]), name) for t in topics for name in sorted(t.producers)),
        *(Arrow(_curve(rows[t.name], readers[name]), name) for t in topics for name in sorted(t.consumers)),
    ]
    boxes = (*writers.values(), *rows.values(), *readers.values())
    return Diagram(WIDTH, max(box.y for box in boxes) + _HEIGHT + 10, boxes, tuple(arrows))


def _side(topics: dict[str, list[str]], rows: dict[str, Box], x: float) -> dict[str, Box]:
    """Services at the mean of what they touch, pushed apart where they would overlap."""
    wanted = sorted(
        (sum(rows[name].y for name in names) / len(names), service) for service, names in topics.items() if names
    )
    return {service: Box(service, f"service-{service}", "service", x, y, _SIDE_WIDTH) for y, service in _apart(wanted)}


def _apart(wanted: Sequence[tuple[float, str]]) -> Iterator[tuple[float, str]]:
    lowest = 0.0
    for y, service in wanted:
        placed = max(y, lowest)
        yield placed, service
        lowest = placed + _ROW


def _curve(start: Box, end: Box) -> str:
    x1, x2 = start.x + start.width, end.x - 6
    bend = (x2 - x1) / 2
    return (
        f"M{x1:g} {start.middle:g} C{x1 + bend:g} {start.middle:g} {x2 - bend:g} {end.middle:g} {x2:g} {end.middle:g}"
    )
