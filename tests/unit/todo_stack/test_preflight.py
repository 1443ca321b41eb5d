"""What keeps a stack from starting is named, with what to do."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from todo_stack import preflight, record
from todo_stack.account import Account
from todo_stack.errors import StackError
from todo_stack.paths import DataDir


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return DataDir(tmp_path / "data")


def _component(pid: int | None, started: float | None) -> record.ComponentRecord:
    return record.ComponentRecord("kafka", "Kafka", "ready", pid, started, 0, {}, "kafka.log")


def test_one_stack_a_folder(data: DataDir) -> None:
    with preflight.sole_use(data):
        record.write(data, record.StackRecord(4711, time.time(), ready=True))

        assert preflight.is_in_use(data)
        with pytest.raises(StackError, match=r"Another stack \(process 4711\).*todo down.*--data-dir"):
            preflight.sole_use(data).__enter__()

    assert not preflight.is_in_use(data)


def test_a_lock_file_left_behind_means_nothing(data: DataDir) -> None:
    with preflight.sole_use(data):
        pass

    assert data.lock.exists()
    with preflight.sole_use(data):
        assert preflight.is_in_use(data)


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StackError, match=r"can't be used .*--data-dir"):
        preflight.sole_use(DataDir(tmp_path / "file")).__enter__()


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1 << 20))

    with pytest.raises(StackError, match=r"nearly full: 1 MiB are free"):
        preflight.check_space(DataDir(tmp_path))


def test_children_of_an_earlier_run_are_named(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_LEFTOVER_WAIT", 0.01)
    data.root.mkdir()
    with subprocess.Popen(["sleep", "60"]) as leftover:
        known = _component(leftover.pid, time.time())
        record.write(data, record.StackRecord(1, 0, ready=True, components=(known,)))

        with pytest.raises(StackError, match=rf"left sleep \(process {leftover.pid}\) running: `kill"):
            preflight.await_leftovers(data)
        leftover.kill()

    preflight.await_leftovers(data)


def test_a_reused_process_id_is_not_a_leftover(data: DataDir) -> None:
    data.root.mkdir()
    other = _component(os.getpid(), started=time.time() - 86_400)
    record.write(data, record.StackRecord(1, 0, ready=True, components=(other, _component(None, None))))

    preflight.await_leftovers(data)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"components": [{}]}'])
def test_a_damaged_record_counts_as_none(data: DataDir, content: str) -> None:
    data.root.mkdir()
    data.state.write_text(content)

    assert record.read(data) is None
    preflight.await_leftovers(data)


def test_the_cluster_lives_in_the_data_folder(data: DataDir) -> None:
    assert preflight.postgres_folder(data, None) == data.postgres


def test_an_unreachable_cluster_lives_elsewhere(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    system = data.root.parent / "system"
    monkeypatch.setattr(preflight, "_SYSTEM_DATA", system)
    data.root.mkdir(mode=0o700)
    stranger = Account("stranger", uid=54_321, gid=54_321)

    folder = preflight.postgres_folder(data, stranger)

    assert folder.is_relative_to(system)
    assert preflight.postgres_folder(data, stranger) == folder
    assert data.postgres.resolve() == folder
