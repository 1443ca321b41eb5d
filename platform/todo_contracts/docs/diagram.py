"""The flow as two SVGs of three columns: who writes which topic for whom, and who calls what of whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from todo_contracts.wiring import Wiring

_ROW, _BOX, _MARGIN = 54, 34, 10
_LEFT, _MIDDLE, _RIGHT = 10, 330, 690
_SIDE_WIDTH, _MIDDLE_WIDTH = 170, 230
WIDTH = _RIGHT + _SIDE_WIDTH + _MARGIN


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
    """A curve from one box to another; `kind` is `forwarded` for REST that a gateway passes on."""

    path: str
    kind: str = ""


@dataclass(frozen=True)
class Diagram:
    """What the page draws."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True)
class Link:
    """A service beside something in the middle column."""

    service: str
    middle: str
    kind: str = ""


def events_flow(wiring: Wiring) -> Diagram:
    """Writers, topics, readers."""
    topics = sorted(wiring.topics.values(), key=lambda topic: (not topic.consumers, topic.producers, topic.name))
    return _drawn(
        _column([(topic.name, topic.name) for topic in topics], "topic"),
        [Link(name, topic.name) for topic in topics for name in sorted(topic.producers)],
        [Link(name, topic.name) for topic in topics for name in sorted(topic.consumers)],
    )


def calls_flow(wiring: Wiring) -> Diagram:
    """Callers, gRPC services, servers."""
    servers = [
        Link(manifest.name, name)
        for name in wiring.services
        for manifest in wiring.manifests.values()
        if name in manifest.serves
    ]
    homes = {name: [link.service for link in servers if link.middle == name] for name in wiring.services}
    services = sorted(wiring.services.values(), key=lambda service: (homes[service.full_name], service.full_name))
    column = _column([(service.full_name, service.name) for service in services], "rpc")
    return _drawn(column, list(_callers(wiring)), servers)


def _callers(wiring: Wiring) -> Iterator[Link]:
    for manifest in wiring.manifests.values():
        yield from (Link(manifest.name, service.full_name) for service in wiring.called_by(manifest))
        yield from (Link(manifest.name, service.full_name, "forwarded") for service in wiring.forwarded_by(manifest))


def _column(entries: Sequence[tuple[str, str]], kind: str) -> dict[str, Box]:
    return {
        name: Box(label, f"{kind}-{name}", kind, _MIDDLE, n * _ROW + _MARGIN, _MIDDLE_WIDTH)
        for n, (name, label) in enumerate(entries)
    }


def _drawn(middle: Mapping[str, Box], left: Sequence[Link], right: Sequence[Link]) -> Diagram:
    sources, targets = _side(left, middle, _LEFT), _side(right, middle, _RIGHT)
    arrows = (
        *(Arrow(_curve(sources[link.service], middle[link.middle]), link.kind) for link in left),
        *(Arrow(_curve(middle[link.middle], targets[link.service]), link.kind) for link in right),
    )
    boxes = (*sources.values(), *middle.values(), *targets.values())
    lowest = max((box.y + box.height for box in boxes), default=0)
    return Diagram(WIDTH, lowest + _MARGIN, boxes, arrows)


def _side(links: Sequence[Link], rows: Mapping[str, Box], x: float) -> dict[str, Box]:
    """Services at the mean of what they touch, pushed apart where they would overlap."""
    touched: dict[str, list[float]] = {}
    for link in links:
        touched.setdefault(link.service, []).append(rows[link.middle].y)
    wanted = sorted((sum(heights) / len(heights), service) for service, heights in touched.items())
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
