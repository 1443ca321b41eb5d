"""Log events have one form, so that operators can search for them: snake_case, at least two words, what happened."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CLONE = Path(__file__).resolve().parents[4]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
SNAKE_CASE = re.compile(r"[a-z]+(_[a-z]+)+")


def badly_named(source: str) -> Iterator[str]:
    """The events of a module's `_log.<level>("…")` calls that have another form."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_log(node.func) and node.args:
            event = node.args[0]
            if isinstance(event, ast.Constant) and not SNAKE_CASE.fullmatch(str(event.value)):
                yield str(event.value)


def _is_log(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr in LEVELS and function.value.id in {"_log", "log"}
    return isinstance(function, ast.Name) and function.id == "log"


def test_every_log_event_is_in_snake_case() -> None:
    modules = [path for folder in ("platform", "services") for path in (CLONE / folder).rglob("*.py")]
    assert len(modules) > 100
    bad = {str(path.relative_to(CLONE)): found for path in modules if (found := list(badly_named(path.read_text())))}
    assert bad == {}


def test_another_form_is_noticed() -> None:
    source = '_log.error("part failed")\n_log.info("Stopped")\nlog("health")\n_log.warning("outbox_relay_retry", n=1)\n'
    assert list(badly_named(source)) == ["part failed", "Stopped", "health"]
