"""A folder of generated files: written elsewhere, then compared with the old one or put in its place."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from todo_contracts.problems import Problem

_MARKED = ("todo", "todo_bindings", "buf")
_OWN = '["todo", "todo_bindings", "todo_runtime", "buf"]'
_NAMED = 3


def write(folder: Path, modules: Mapping[str, str]) -> None:
    """Lay modules out, without the imports that they don't use, and write them by path below the folder."""
    with tempfile.TemporaryDirectory() as staging:
        # ruff keeps what an `__init__.py` imports, so none is called that while it looks.
        staged = {name: Path(staging) / f"module_{number}.py" for number, name in enumerate(modules)}
        for name, path in staged.items():
            path.write_text(modules[name])
        _ruff("check", "--fix", "--select=F401,I", f"--config=lint.isort.known-first-party={_OWN}", staging)
        _ruff("format", staging)
        for name, path in staged.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text())


def _ruff(command: str, *arguments: str) -> None:
    program = str(Path(sys.executable).parent / "ruff")
    settings = ("--isolated", "--quiet", "--no-cache", "--target-version=py311", "--line-length=120")
    result = subprocess.run([program, command, *settings, *arguments], capture_output=True, text=True)
    if result.returncode:
        # A template wrote something that isn't Python.
        raise RuntimeError(f"ruff refused generated code: {result.stdout}{result.stderr}")


def complete(folder: Path) -> None:
    """Make every folder a package, mark the top ones as typed, drop stubs of services that aren't there."""
    for path in sorted(folder.rglob("*_pb2_grpc.pyi")):
        if not path.with_suffix(".py").exists():
            path.unlink()
    for top in _MARKED:
        (folder / top).mkdir(exist_ok=True)
        (folder / top / "py.typed").touch()
        for path in (folder / top, *sorted((folder / top).rglob("*"))):
            if path.is_dir():
                (path / "__init__.py").touch()


def difference(new: Path, current: Path, shown_as: str) -> Problem | None:
    """What keeps `current` from being what was just generated, in one line however many files it is."""
    found = dict(_differences(new, current))
    if not found:
        return None
    remedy = "run `make generate`"
    if len(found) == 1:
        [(name, what)] = found.items()
        return Problem(f"{shown_as}/{name}", what, remedy)
    names = list(found)[:_NAMED]
    if more := len(found) - len(names):
        names.append(f"{more} more")
    return Problem(shown_as, f"{len(found)} files are not what the contracts generate ({', '.join(names)})", remedy)


def _differences(new: Path, current: Path) -> Iterator[tuple[str, str]]:
    fresh, present = files(new), files(current)
    for name in sorted(fresh | present):
        if name not in present:
            yield name, "is missing"
        elif name not in fresh:
            yield name, "is generated from nothing"
        elif (new / name).read_bytes() != (current / name).read_bytes():
            yield name, "is out of date, or was edited"


def replace(new: Path, current: Path) -> int:
    """Make `current` equal to `new` and return how many files changed; equal files stay untouched."""
    fresh, present = files(new), files(current)
    changed = 0
    for name in sorted(fresh):
        target = current / name
        if name in present and (new / name).read_bytes() == target.read_bytes():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        (new / name).replace(target)
        changed += 1
    for name in present - fresh:
        (current / name).unlink()
        changed += 1
    _remove_empty(current)
    return changed


def files(folder: Path) -> set[str]:
    """Every file below the folder, as a relative path, without what Python caches."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _remove_empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name != "__pycache__" and not files(path):
            shutil.rmtree(path)
