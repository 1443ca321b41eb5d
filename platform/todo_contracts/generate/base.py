"""The hand-written modules that all generated code is built on, copied so that gen/todo needs nothing else."""

from pathlib import Path

import todo_client_runtime

_MODULES = ("connection", "errors", "events", "rpc")


def base_modules() -> dict[str, str]:
    """Path below gen/ → text."""
    return {f"todo/{module}/__init__.py": _copy_of(module) for module in _MODULES}


def _copy_of(module: str) -> str:
    source = Path(todo_client_runtime.__file__).parent / f"{module}.py"
    header = f"# Copied from platform/{source.parent.name}/{source.name} by `make generate`."
    return f"{header}\n{source.read_text()}"
