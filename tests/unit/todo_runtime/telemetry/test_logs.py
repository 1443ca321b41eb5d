"""Log lines as they are written."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import structlog
from todo_runtime.config import LogSettings
from todo_runtime.telemetry import logs
from todo_runtime.telemetry.context import current_work


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@dataclass(frozen=True)
class Work:
    """A call, as far as log lines know it."""

    method: str
    correlation_id: UUID
    traceparent: str | None


def fail(text: str) -> None:
    raise ValueError(text)


def line(captured: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (text,) = captured.readouterr().out.splitlines()
    found: dict[str, Any] = orjson.loads(text)
    return found


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(), "audit")
    structlog.get_logger("here").info("stored", count=3, key=UUID(int=7))
    found = line(capsys)
    assert found.pop("timestamp").endswith("Z")
    assert found == {
        "event": "stored",
        "level": "info",
        "logger": "here",
        "service": "audit",
        "count": 3,
        "key": str(UUID(int=7)),
    }


def test_the_standard_library_writes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(), "audit")
    logging.getLogger("grpc").warning("lost %s", "it")
    found = line(capsys)
    assert (found["event"], found["level"], found["service"]) == ("lost it", "warning", "audit")


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(level="warning"), "audit")
    structlog.get_logger().info("quiet")
    logging.getLogger("grpc").info("quiet")
    assert capsys.readouterr().out == ""


def test_secrets_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(), "audit")
    structlog.get_logger().info("signed in", access_token="ey…", Authorization="Bearer ey…", db_password="x")
    found = line(capsys)
    assert [found[key] for key in ("access_token", "Authorization", "db_password")] == ["***"] * 3


def test_an_exception_has_its_first_line_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(), "audit")
    try:
        fail("duplicate key\nDETAIL: Key (title)=(buy milk) exists")
    except ValueError:
        structlog.get_logger().exception("failed")
    found = line(capsys)
    assert found["error"] == "builtins.ValueError"
    assert found["error_message"] == "duplicate key"
    assert found["frames"][-1].endswith(" fail")
    assert "milk" not in str(found)


def test_a_line_of_a_call_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(), "audit")
    work = Work("/p.S/M", uuid4(), f"00-{'a' * 32}-{'b' * 16}-01")
    token = current_work.set(work)
    structlog.get_logger().info("stored")
    current_work.reset(token)
    found = line(capsys)
    assert (found["method"], found["correlation_id"], found["trace_id"]) == (
        "/p.S/M",
        str(work.correlation_id),
        "a" * 32,
    )


def test_a_person_gets_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(format="text"), "audit")
    try:
        fail("no")
    except ValueError:
        structlog.get_logger().exception("failed", count=3)
    out = capsys.readouterr().out
    assert "failed" in out
    assert "count=3" in out
