"""`todo logs` and `todo status` on folders without a running stack."""

import argparse
from pathlib import Path

import pytest
from todo_stack.__main__ import main
from todo_stack.errors import StackError
from todo_stack.logs import _Reader, logs
from todo_stack.paths import DataDir


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    folder = DataDir(tmp_path)
    folder.logs.mkdir()
    for name in ("kafka", "postgres"):
        (folder.logs / f"{name}.log").write_text("".join(f"{name} {number}\n" for number in range(5)))
    return folder


def _arguments(data: DataDir, name: str | None, lines: int) -> argparse.Namespace:
    return argparse.Namespace(data_dir=data, name=name, lines=lines, follow=False)


def test_the_end_of_one_log(data: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    assert logs(_arguments(data, "kafka", 2)) == 0

    assert capsys.readouterr().out == "kafka 3\nkafka 4\n"


def test_all_logs_say_whose_line_it_is(data: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    assert logs(_arguments(data, None, 1)) == 0

    assert capsys.readouterr().out == "kafka    | kafka 4\npostgres | postgres 4\n"


def test_an_unknown_name_is_answered_with_the_known_ones(data: DataDir) -> None:
    with pytest.raises(StackError, match="no log of redis: choose from kafka, postgres"):
        logs(_arguments(data, "redis", 1))


def test_following_survives_rotation(data: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    path = data.logs / "kafka.log"
    reader = _Reader(path, 0)
    reader.show_end(0)

    with path.open("a") as file:
        file.write("appended\n")
    reader.show_new()
    path.rename(path.with_name("kafka.log.1"))
    path.write_text("rotated\n")
    reader.show_new()
    reader.show_new()
    reader.close()

    assert capsys.readouterr().out == "appended\nrotated\n"


def test_commands_without_a_stack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--data-dir", str(tmp_path)]

    assert main(["status", *folder]) == 3
    assert main(["down", *folder]) == 0
    assert main(["logs", *folder]) == 1

    told = capsys.readouterr()
    assert f"No stack runs on {tmp_path}: start it with `todo up`." in told.out
    assert "There are no logs" in told.err
