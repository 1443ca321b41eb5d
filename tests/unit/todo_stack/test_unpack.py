"""Archives are unpacked whole, once, and again when files are missing."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from todo_stack.artifacts import Artifact, Component
from todo_stack.unpack import unpacked

_FILES = {"bin/postgres": b"#!/bin/sh\n", "share/words": b"one two"}


def _tar(mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as tar:  # type: ignore[call-overload]  # a literal by its callers
        for name, content in _FILES.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture(params=["jar", "tar.gz"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"archive.{request.param}"
    if request.param == "jar":
        with zipfile.ZipFile(path, "w") as jar:
            jar.writestr("META-INF/MANIFEST.MF", "")
            jar.writestr("postgres-linux-x86_64.txz", _tar("w:xz"))
    else:
        path.write_bytes(_tar("w:gz"))
    return path


_COMPONENT = Component("postgres", "1", (Artifact("g/a", 1, "ab" * 32),))


def test_everything_is_there_and_executable(tmp_path: Path, archive: Path) -> None:
    folder = unpacked(tmp_path / "cache", _COMPONENT, archive, print)

    assert {name: (folder / name).read_bytes() for name in _FILES} == _FILES
    assert (folder / "bin/postgres").stat().st_mode & 0o111


def test_a_whole_tree_is_left_alone(tmp_path: Path, archive: Path) -> None:
    folder = unpacked(tmp_path / "cache", _COMPONENT, archive, print)
    before = folder.stat().st_ino
    archive.unlink()

    assert unpacked(tmp_path / "cache", _COMPONENT, archive, print).stat().st_ino == before


def test_a_tree_with_missing_files_is_unpacked_again(tmp_path: Path, archive: Path) -> None:
    folder = unpacked(tmp_path / "cache", _COMPONENT, archive, print)
    (folder / "share/words").unlink()

    assert (unpacked(tmp_path / "cache", _COMPONENT, archive, print) / "share/words").exists()


def test_an_interrupted_unpacking_is_repeated(tmp_path: Path, archive: Path) -> None:
    folder = unpacked(tmp_path / "cache", _COMPONENT, archive, print)
    folder.rename(folder.with_name(f"{folder.name}.part"))
    (folder.with_name(f"{folder.name}.part") / "share/words").unlink()

    assert (unpacked(tmp_path / "cache", _COMPONENT, archive, print) / "share/words").exists()
