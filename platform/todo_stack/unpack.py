"""Unpacks PostgreSQL and the registry into the cache, whole or not at all.

An archive is unpacked beside its final name and moved there when complete, with a list of its files and
sizes; on use the list is compared, and a damaged tree is unpacked again.
"""

import json
import shutil
import tarfile
import zipfile
from pathlib import Path

from todo_stack.artifacts import Component
from todo_stack.download import Say, exclusive

_CONTENTS = ".contents.json"


def unpacked(cache: Path, component: Component, archive: Path, say: Say) -> Path:
    """The folder with the component's files, unpacked from `archive` unless it is there and whole."""
    folder = cache / "unpacked" / _folder_name(component)
    if _is_whole(folder):
        return folder
    with exclusive(folder.with_name(f"{folder.name}.lock"), say):
        if not _is_whole(folder):
            _unpack(archive, folder)
    return folder


def _folder_name(component: Component) -> str:
    (artifact,) = component.artifacts
    return f"{component.name}-{component.version}-{artifact.sha256[:12]}"


def _unpack(archive: Path, folder: Path) -> None:
    temporary = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    _extract(archive, temporary)
    contents = json.dumps(_sizes(temporary))
    (temporary / _CONTENTS).write_text(contents, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    temporary.rename(folder)


def _extract(archive: Path, target: Path) -> None:
    """A jar holds one `.txz`; anything else is a tar file itself."""
    if archive.suffix != ".jar":
        with tarfile.open(archive) as tar:
            _extract_all(tar, target)
        return
    with zipfile.ZipFile(archive) as jar:
        (name,) = [name for name in jar.namelist() if name.endswith(".txz")]
        with jar.open(name) as inner, tarfile.open(fileobj=inner, mode="r|xz") as tar:
            _extract_all(tar, target)


def _extract_all(tar: tarfile.TarFile, target: Path) -> None:
    """Python before 3.11.4 has no extraction filter; the archive's SHA-256 is pinned in any case."""
    tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
    tar.extractall(target)  # noqa: S202 (see above)


def _sizes(folder: Path) -> dict[str, int]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != _CONTENTS]
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def _is_whole(folder: Path) -> bool:
    try:
        expected = json.loads((folder / _CONTENTS).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return bool(_sizes(folder) == expected)
