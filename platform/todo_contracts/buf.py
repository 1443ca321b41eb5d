"""Runs buf, offline, and turns what it complains about into problems."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem


def run_buf(layout: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `buf <arguments>` in the repository's root, with this environment's programs first on the path."""
    programs = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(
        [str(programs / "buf"), *arguments], cwd=layout.root, env=environment, capture_output=True, text=True
    )


def require_buf(layout: Layout, *arguments: str) -> None:
    """Run buf; raises ContractError with its complaints when it fails."""
    result = run_buf(layout, *arguments, "--error-format=json")
    if result.returncode:
        raise ContractError(complaints(result, "correct the contract"))


def complaints(result: subprocess.CompletedProcess[str], remedy: str) -> Iterator[Problem]:
    """The annotations in buf's output; what isn't one is a problem of buf.yaml or of buf itself."""
    for line in (*result.stdout.splitlines(), *result.stderr.splitlines()):
        try:
            found = json.loads(line)
            where = f"{found['path']}:{found['start_line']}:{found['start_column']}"
            yield Problem(where, f"{found['message']} ({found['type']})", remedy)
        except (ValueError, KeyError, TypeError):
            if line.strip():
                yield Problem("buf.yaml", f"buf says: {line.strip()}", "correct what it names")
