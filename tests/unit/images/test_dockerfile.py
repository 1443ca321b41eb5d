"""The Dockerfile: nobody's rights, pinned bases, and nothing in the build that is not meant to be there."""

import io
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_stack.paths import CLONE

DOCKERFILE = (CLONE / "Dockerfile").read_text()
IMAGES = CLONE / "ci" / "images"
SERVICES = (*load_manifests(Layout(CLONE)), "tools")


def test_it_runs_as_nobody_in_particular_from_a_pinned_base() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^ARG BASE=\S+:\d[\w.-]*$", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${BASE}"}


def test_it_says_what_it_was_built_from_and_the_build_tells_it() -> None:
    build = (IMAGES / "build.sh").read_text()
    for label, argument in {"revision": "REVISION", "created": "CREATED"}.items():
        assert f'org.opencontainers.image.{label}="${{{argument}}}"' in DOCKERFILE
        assert f'--build-arg "{argument}=' in build


@pytest.mark.parametrize("service", SERVICES)
def test_its_packages_are_those_of_the_lock(service: str) -> None:
    wanted = re.findall(r"^([a-z0-9._-]+)==(\S+)", (IMAGES / f"{service}.lock").read_text(), re.MULTILINE)
    locked = dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (CLONE / "requirements.lock").read_text(), re.MULTILINE))
    assert wanted
    assert [(name, version) for name, version in wanted if locked.get(name) != version] == []


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_its_service_and_no_other(tmp_path: Path, service: str) -> None:
    subprocess.run(["sh", str(IMAGES / "assemble.sh"), service, str(CLONE), str(tmp_path)], check=True, timeout=60)
    python = {path.parent.name for path in tmp_path.glob("services/*/*.py")}
    assert python == ({service} - {"tools"})
    assert (tmp_path / "platform/todo_runtime/config.py").exists()
    assert (tmp_path / "platform/todo_product/sql/access.sql").exists()
    assert (tmp_path / "platform/todo_stack").exists() == (service == "tools")
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_build_sees_only_what_goes_in() -> None:
    allowed = {line[1:] for line in (CLONE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert allowed == {"avro", "ci/images", "gen", "platform", "requirements.lock", "services"}


def listed(content: bytes = b"x", mode: int = 0o644, owner: int = 0, time: int = 0) -> str:
    """What list.py says of an image with one file and a link to it."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        link = tarfile.TarInfo("./a-link")
        link.type, link.linkname = tarfile.SYMTYPE, "file"
        archive.addfile(link)
        file = tarfile.TarInfo("./file")
        file.size, file.mode, file.uid, file.mtime = len(content), mode, owner, time
        archive.addfile(file, io.BytesIO(content))
    command = [sys.executable, str(IMAGES / "list.py")]
    return subprocess.run(
        command, input=stream.getvalue(), stdout=subprocess.PIPE, check=True, timeout=60
    ).stdout.decode()


def test_two_builds_are_compared_by_all_but_times() -> None:
    first = listed()
    assert [line.split()[-1] for line in first.splitlines()] == ["a-link", "file"]
    assert listed(time=1) == first
    assert first not in (listed(content=b"y"), listed(mode=0o755), listed(owner=1))
