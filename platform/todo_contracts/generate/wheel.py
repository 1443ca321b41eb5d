"""What makes gen/ a wheel for programs outside: its project file, and the client that holds all services.

The wheel pins what its code was generated for: gRPC and protobuf as the generators wrote them into their files.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import jinja2

from todo_contracts.descriptors import Service
from todo_contracts.generate.names import snake_case
from todo_contracts.layout import Layout

_GRPC = re.compile(r"^GRPC_GENERATED_VERSION = '([^']+)'", re.MULTILINE)
_PROTOBUF = re.compile(r"^# Protobuf Python Version: (\S+)", re.MULTILINE)
_UNKNOWN = "0"


def attribute(service: Service) -> str:
    """The name of a service in the client: TaskService is `task`."""
    return snake_case(service.name.removesuffix("Service"))


def client_module(services: Mapping[str, Service], templates: jinja2.Environment) -> dict[str, str]:
    """Path below gen/ → text: the client, with each service that has a method for people."""
    shown = [service for service in services.values() if any(not (m.operator or m.internal) for m in service.methods)]
    return {"todo/client/__init__.py": templates.get_template("todo_client.py.j2").render(services=shown)}


def write_project(layout: Layout, generated: Path, templates: jinja2.Environment) -> None:
    """Write gen/pyproject.toml and gen/README.md; the code must be there already."""
    versions = {
        "version": layout.version,
        "grpc": _first(_GRPC, generated.rglob("*_pb2_grpc.py")),
        "protobuf": _first(_PROTOBUF, generated.rglob("*_pb2.py")),
    }
    (generated / "pyproject.toml").write_text(templates.get_template("wheel_pyproject.toml.j2").render(versions))
    (generated / "README.md").write_text(templates.get_template("wheel_readme.md.j2").render())


def _first(pattern: re.Pattern[str], files: Iterable[Path]) -> str:
    matches = (pattern.search(path.read_text()) for path in sorted(files))
    return next((match[1] for match in matches if match), _UNKNOWN)
