"""The signed-in person: kept by address, readable by nobody else, refreshed in time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from todo_cli.errors import CommandError
from todo_cli.session import Session, SessionFile

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def session(token: str = "a") -> Session:
    return Session(token, "refresh", NOW + timedelta(minutes=15), "ada@example.com")


def test_what_is_saved_is_loaded_by_address(tmp_path: Path) -> None:
    sessions = SessionFile(tmp_path / "todo" / "credentials.json")
    sessions.save("here:50051", session("a"))
    sessions.save("there:50051", session("b"))
    assert sessions.load("here:50051") == session("a")
    assert sessions.load("there:50051").access_token == "b"


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    SessionFile(path).save("here:50051", session())
    assert path.stat().st_mode & 0o077 == 0


def test_without_a_session_the_person_hears_what_to_do(tmp_path: Path) -> None:
    sessions = SessionFile(tmp_path / "credentials.json")
    sessions.save("here:50051", session())
    sessions.remove("here:50051")
    with pytest.raises(CommandError, match="todo login"):
        sessions.load("here:50051")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text("{")
    with pytest.raises(CommandError, match=r"credentials\.json is damaged"):
        SessionFile(path).load("here:50051")


@pytest.mark.parametrize(("minutes", "stale"), [(0, False), (14, False), (15, True), (60, True)])
def test_a_token_is_stale_shortly_before_its_end(minutes: int, stale: bool) -> None:
    assert session().is_stale(NOW + timedelta(minutes=minutes)) is stale
