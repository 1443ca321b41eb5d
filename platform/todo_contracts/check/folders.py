"""Folders that must never become packages: as one, each would shadow a module of that name."""

from collections.abc import Iterator

from todo_contracts.layout import Layout
from todo_contracts.problems import Problem

_NEVER_PACKAGES = ("avro", "ci", "gen", "kube", "platform", "proto")


def folder_problems(layout: Layout) -> Iterator[Problem]:
    """Folders that have an `__init__.py` and mustn't."""
    for name in _NEVER_PACKAGES:
        if (layout.root / name / "__init__.py").exists():
            yield Problem(f"{name}/__init__.py", "makes a package of a plain folder", "delete the file")
