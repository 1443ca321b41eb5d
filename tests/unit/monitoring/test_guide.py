"""The operations guide lists every metric as the services declare it."""

import re
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase
from todo_runtime.db.pools import POOLS
from todo_runtime.telemetry import calls, metrics

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operations.md"
_ROW = re.compile(r"^\| `(todo_\w+)` \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


def declared() -> dict[str, tuple[str, str]]:
    """Labels and meaning by name, a counter's with its ending."""
    found = {}
    for one in vars(metrics).values():
        if isinstance(one, MetricWrapperBase):
            found[_name(one._name, one._type or "")] = (", ".join(one._labelnames), one._documentation)
    labels = {one.name: ", ".join(one.labels) for one in vars(metrics).values() if isinstance(one, metrics.Declared)}
    for family in (*calls.CALLS.collect(), *calls.REQUESTS.collect(), *POOLS.collect()):
        found[_name(family.name, family.type)] = (labels[family.name], family.documentation)
    return found


def _name(name: str, kind: str) -> str:
    return f"{name}_total" if kind == "counter" else name


def test_the_guide_lists_every_metric_with_its_labels_and_meaning() -> None:
    listed = {name: (labels.strip(), meaning.strip()) for name, labels, meaning in _ROW.findall(GUIDE.read_text())}
    assert listed == declared()
