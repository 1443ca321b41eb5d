"""Builds daprd from its own module, once: `python -m tests.dapr.program`.

Only the components that we use are compiled in: each of the others brings the client of a product that we don't have.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from todo_stack.paths import cache_dir

VERSION: Final = "1.18.0"
_MODULE: Final = f"github.com/dapr/dapr@v{VERSION}"
# What the module must be, as a go.sum would say it; its own go.sum says the same of everything that it needs.
_SUM: Final = "h1:zZ+dCnjq81r+TqTA1nMsfiLoDrNN8gBUZXWYZyixGXI="
_COMPONENTS: Final = {"state_postgres.go", "secretstores_local_file.go", "secretstores_kubernetes.go"}
_VERSION_FLAG: Final = f"-s -w -X github.com/dapr/dapr/pkg/buildinfo.version={VERSION}"


class BuildError(Exception):
    """daprd can't be built; the text says why."""


def obtain() -> Path:
    """The program, built if it is not in the cache yet. Raises BuildError."""
    program = cache_dir() / "dapr" / f"v{VERSION}" / "daprd"
    if not program.exists():
        program.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=program.parent) as folder:
            built = _build(Path(folder))
            built.replace(program)
    return program


def _build(folder: Path) -> Path:
    if shutil.which("go") is None:
        raise BuildError("Go 1.26 or later is needed to build daprd.")
    # Plain permissions: what Go keeps of a module is read-only, and so would be the copy.
    source = shutil.copytree(_download(), folder / "source", copy_function=shutil.copyfile)
    _writable(source)
    for component in (source / "cmd" / "daprd" / "components").glob("*.go"):
        if component.name not in _COMPONENTS:
            component.unlink()
    built = folder / "daprd"
    _go(source, "build", "-p", "1", "-tags", "stablecomponents", "-ldflags", _VERSION_FLAG, "-o", built, "./cmd/daprd")
    return built


def _download() -> Path:
    found = json.loads(_go(Path.home(), "mod", "download", "-json", _MODULE))
    if found["Sum"] != _SUM:
        raise BuildError(f"{_MODULE} is {found['Sum']} and not {_SUM}.")
    return Path(found["Dir"])


def _writable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _go(where: Path, *arguments: str | Path) -> str:
    """Runs go with few claims on the machine; what it printed. Raises BuildError."""
    command = ["nice", "-n", "15", "go", *arguments]
    environment = {**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false"}
    done = subprocess.run(command, cwd=where, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise BuildError(f"go {arguments[0]} of {_MODULE} has failed; its messages are above.")
    return done.stdout


def main() -> int:
    """Builds it, or says where it is; the exit code."""
    try:
        sys.stdout.write(f"{obtain()}\n")
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
