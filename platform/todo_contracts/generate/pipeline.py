"""Fills gen/, kube/base/kafka/catalogue, kube/base/services and docs/reference.

Messages and stubs come from buf; clients, event classes and bindings from our own templates; topics, users and
their rights in Kubernetes from the catalogue, the services there from their manifests; the reference from all of it.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import jinja2

from todo_contracts.avro_source import load_library
from todo_contracts.buf import require_buf
from todo_contracts.catalogue import load_catalogue
from todo_contracts.data_rules import load_rules
from todo_contracts.descriptors import Method, load_contracts
from todo_contracts.docs.sources import load_sources
from todo_contracts.docs.write import documents
from todo_contracts.generate import tree
from todo_contracts.generate.base import base_modules
from todo_contracts.generate.bindings import binding_modules
from todo_contracts.generate.clients import callable_kind, client_modules
from todo_contracts.generate.events import event_modules
from todo_contracts.generate.kafka_resources import kafka_resources
from todo_contracts.generate.kube_services import kube_services
from todo_contracts.generate.names import camel_case, snake_case
from todo_contracts.generate.text import environment
from todo_contracts.generate.wheel import attribute, client_module, write_project
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_contracts.problems import Problem
from todo_contracts.wiring import Wiring, join


def generate(layout: Layout) -> int:
    """Bring everything up to date and return how many files changed.

    Raises ContractError before anything is touched.
    """
    with _generated(layout) as new:
        changed = 0
        for folder, target in _targets(layout, new):
            target.mkdir(parents=True, exist_ok=True)
            changed += tree.replace(folder, target)
        return changed


def stale(layout: Layout) -> list[Problem]:
    """One problem for each folder that isn't what the contracts generate; raises ContractError when they can't."""
    with _generated(layout) as new:
        found = (tree.difference(folder, target, layout.name(target)) for folder, target in _targets(layout, new))
        return [problem for problem in found if problem]


def _targets(layout: Layout, new: Path) -> list[tuple[Path, Path]]:
    """Each generated folder, as it is new and where it belongs."""
    return [
        (new / "gen", layout.generated),
        (new / "kafka", layout.kafka_resources),
        (new / "services", layout.kube_services),
        (new / "reference", layout.reference),
    ]


@contextmanager
def _generated(layout: Layout) -> Iterator[Path]:
    # Beside the targets, so that moving a file into place never crosses a file system.
    with tempfile.TemporaryDirectory(prefix=".gen-", dir=layout.root) as folder:
        code = Path(folder) / "gen"
        sources = load_sources(layout)
        modules = _modules(layout, sources.wiring)
        require_buf(layout, "generate", "-o", str(code))
        tree.write(code, modules)
        _write_descriptors(layout, code / "todo" / "descriptors.binpb")
        tree.complete(code)
        write_project(layout, code, _templates())
        _write_texts(Path(folder) / "kafka", kafka_resources(sources.wiring))
        _write_texts(Path(folder) / "services", kube_services(sources.wiring, layout.version))
        _write_texts(Path(folder) / "reference", documents(sources))
        yield Path(folder)


def _write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text)


def _write_descriptors(layout: Layout, target: Path) -> None:
    """The contracts as a FileDescriptorSet with their comments, which generated modules don't carry."""
    require_buf(layout, "build", "proto", "--exclude-imports", "--as-file-descriptor-set", "-o", str(target))


def load_wiring(layout: Layout) -> Wiring:
    """Manifests, catalogue and gRPC services, joined; raises ContractError where they don't fit."""
    return join(load_manifests(layout), load_catalogue(layout), load_contracts(layout).services)


def own_modules(layout: Layout) -> dict[str, str]:
    """Path below gen/ → text, for all that our own templates write."""
    return _modules(layout, load_wiring(layout))


def _modules(layout: Layout, wiring: Wiring) -> dict[str, str]:
    templates = _templates()
    modules = base_modules()
    library = load_library(layout)
    modules |= event_modules(library, wiring.topics, load_rules(layout, library), templates)
    modules |= client_modules(wiring.services, templates)
    modules |= client_module(wiring.services, templates)
    modules |= binding_modules(wiring, templates)
    return modules


def _templates() -> jinja2.Environment:
    templates = environment()
    templates.filters |= {
        "snake": snake_case,
        "kind": callable_kind,
        "callable_class": lambda kind: f"{camel_case(kind)}MultiCallable",
        "comment": _comment,
        "attribute": attribute,
    }
    return templates


def _comment(method: Method) -> str:
    return method.comment or method.name
