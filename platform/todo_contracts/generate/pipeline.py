"""Fills gen/: messages and stubs by buf; clients, event classes and bindings from our own templates."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jinja2

from todo_contracts.avro_source import load_library
from todo_contracts.buf import require_buf
from todo_contracts.catalogue import load_catalogue
from todo_contracts.descriptors import Method, load_contracts
from todo_contracts.generate import tree
from todo_contracts.generate.bindings import binding_modules
from todo_contracts.generate.clients import callable_kind, client_modules
from todo_contracts.generate.events import event_modules
from todo_contracts.generate.names import camel_case, snake_case
from todo_contracts.generate.text import environment
from todo_contracts.generate.wiring import join
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_contracts.problems import Problem

# What all generated code stands on: pure, so that gen/todo needs nothing of this repository.
_BASES = ("events", "rpc")


def generate(layout: Layout) -> int:
    """Bring gen/ up to date and return how many files changed; raises ContractError before any is touched."""
    with _generated(layout) as new:
        layout.generated.mkdir(exist_ok=True)
        return tree.replace(new, layout.generated)


def stale(layout: Layout) -> list[Problem]:
    """What in gen/ differs from what the contracts generate; raises ContractError when they can't."""
    with _generated(layout) as new:
        return list(tree.differences(new, layout.generated, layout.generated.name))


@contextmanager
def _generated(layout: Layout) -> Iterator[Path]:
    # Beside gen/, so that moving a file into place never crosses a file system.
    with tempfile.TemporaryDirectory(prefix=".gen-", dir=layout.root) as folder:
        new = Path(folder)
        modules = own_modules(layout)
        require_buf(layout, "generate", "-o", str(new))
        tree.write(new, modules)
        _write_descriptors(layout, new / "todo" / "descriptors.binpb")
        tree.complete(new)
        yield new


def _write_descriptors(layout: Layout, target: Path) -> None:
    """The contracts as a FileDescriptorSet with their comments, which generated modules don't carry."""
    require_buf(layout, "build", "proto", "--exclude-imports", "--as-file-descriptor-set", "-o", str(target))


def own_modules(layout: Layout) -> dict[str, str]:
    """Path below gen/ → text, for all that our own templates write."""
    templates = _templates()
    topics = load_catalogue(layout)
    services = load_contracts(layout).services
    wiring = join(load_manifests(layout), topics, services)
    modules = {f"todo/{base}/__init__.py": templates.get_template(f"todo_{base}.py.j2").render() for base in _BASES}
    modules |= event_modules(load_library(layout), topics, templates)
    modules |= client_modules(services, templates)
    modules |= binding_modules(wiring, templates)
    return modules


def _templates() -> jinja2.Environment:
    templates = environment()
    templates.filters |= {
        "snake": snake_case,
        "kind": callable_kind,
        "callable_class": lambda kind: f"{camel_case(kind)}MultiCallable",
        "comment": _comment,
    }
    return templates


def _comment(method: Method) -> str:
    return method.comment or method.name
