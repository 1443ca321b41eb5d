"""Dashboards and alerts ask for series that the services export, and every alert says what to do."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.metrics import MetricWrapperBase
from todo_runtime.db.pools import POOLS
from todo_runtime.telemetry import calls, metrics

CLONE = Path(__file__).resolve().parents[3]
MONITORING = CLONE / "kube" / "components" / "monitoring"
GUIDE = CLONE / "docs" / "operations.md"
ADDED = {"job", "pod", "namespace", "instance", "le"}
"""Labels that the scrape or a histogram adds."""

_SERIES = re.compile(r"\b((?:todo|process|python)_[a-z_]+)(?:\{([^}]*)\})?")
_LABEL = re.compile(r'([a-z_]+)\s*(?:=~|!~|!=|=)\s*"')
_GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")
_STRING = re.compile(r'"[^"]*"')


def exported() -> dict[str, frozenset[str]]:
    """The labels of every series that a service can export, by its name."""
    found: dict[str, frozenset[str]] = {}
    for one in vars(metrics).values():
        if isinstance(one, MetricWrapperBase):
            found |= _series(one._name, one._type or "", frozenset(one._labelnames))
    labels = {one.name: frozenset(one.labels) for one in vars(metrics).values() if isinstance(one, metrics.Declared)}
    process = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=process)
    for family in (*calls.CALLS.collect(), *calls.REQUESTS.collect(), *POOLS.collect(), *process.collect()):
        found |= _series(family.name, family.type, labels.get(family.name, frozenset()))
    return found


def _series(name: str, kind: str, labels: frozenset[str]) -> dict[str, frozenset[str]]:
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(kind, ("",))
    return {f"{name}{ending}": labels for ending in endings}


def problems(expression: str, known: dict[str, frozenset[str]]) -> list[str]:
    """What an expression asks for and nobody exports."""
    used = _SERIES.findall(expression)
    unknown = [f"no series {name}" for name, _ in used if name not in known]
    labels = {label for name, _ in used for label in known.get(name, frozenset())} | ADDED
    asked = [label for _, selector in used for label in _LABEL.findall(selector)]
    asked += [label.strip() for group in _GROUPING.findall(expression) for label in group.split(",")]
    bare = _STRING.sub("", expression)
    unbalanced = [f"unbalanced {pair}" for pair in ("()", "{}", "[]") if bare.count(pair[0]) != bare.count(pair[1])]
    return [*unknown, *(f"no label {label}" for label in asked if label not in labels), *unbalanced]


def alerts() -> Iterator[dict[str, Any]]:
    rules = yaml.safe_load((MONITORING / "rules" / "rules.yaml").read_text())
    for group in rules["spec"]["groups"]:
        yield from group["rules"]


def panels() -> Iterator[tuple[str, str]]:
    dashboard = json.loads((MONITORING / "dashboards" / "todo.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


@pytest.mark.parametrize("alert", list(alerts()), ids=lambda alert: alert["alert"])
def test_an_alert_asks_for_what_is_exported_and_says_what_to_do(alert: dict[str, Any]) -> None:
    assert problems(alert["expr"], exported()) == []
    assert alert["labels"]["severity"] in {"critical", "warning"}
    address, _, anchor = alert["annotations"]["runbook_url"].partition("#")
    assert CLONE / address == GUIDE
    assert anchor == alert["alert"].lower()
    assert re.search(rf"^### {alert['alert']}$", GUIDE.read_text(), re.MULTILINE), "the guide has no such heading"


@pytest.mark.parametrize(("title", "expression"), list(panels()))
def test_a_panel_asks_for_what_is_exported(title: str, expression: str) -> None:
    assert problems(expression, exported()) == [], title


def test_the_guide_has_no_runbook_of_an_alert_that_is_gone() -> None:
    described = set(re.findall(r"^### (Todo\w+)$", GUIDE.read_text(), re.MULTILINE))
    assert described == {alert["alert"] for alert in alerts()}


def test_panels_have_places_and_numbers_of_their_own() -> None:
    dashboard = json.loads((MONITORING / "dashboards" / "todo.json").read_text())
    numbers = [panel["id"] for panel in dashboard["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(numbers)) == len(numbers)
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("sum(rate(todo_rpc_request_total[5m]))", "no series todo_rpc_request_total"),
        ("rate(todo_rpc_requests[5m])", "no series todo_rpc_requests"),
        ("todo_outbox_rows_total > 1", "no series todo_outbox_rows_total"),
        ('todo_events_consumed_total{result="dead"}', "no label result"),
        ("sum by (topics) (todo_sequence_gaps_total)", "no label topics"),
        ("sum(todo_outbox_rows", "unbalanced ()"),
    ],
)
def test_what_nobody_exports_is_found(expression: str, problem: str) -> None:
    assert problem in problems(expression, exported())
