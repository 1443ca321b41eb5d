"""Each contract over imports refuses a planted fault: a contract that refuses nothing would guard nothing."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from grimp import ImportGraph, build_graph
from importlinter import Contract
from importlinter.api import read_configuration
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract

ROOT = Path(__file__).parents[3]
KINDS: Final[Mapping[str, type[Contract]]] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}
CHAT_API = "services.chat_api"

FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "Imports run one way: services, what they share of the product, bindings, the runtime, contracts and calendar": (
        "todo_runtime.clock",
        "services.chat_api.main",
    ),
    "The runtime knows the platform's own contracts and none of the product's": (
        "todo_runtime.clock",
        "todo.task_events.v1",
    ),
    "Inside a service: main, edges, service, store, domain": (
        "services.notification.store",
        "services.notification.service.notifications",
    ),
    "Features of chat_api: each knows only those below it": (
        f"{CHAT_API}.tasks.service.tasks",
        f"{CHAT_API}.transfer.service",
    ),
    "The gateway of chat_api knows no feature": (f"{CHAT_API}.gateway.app", f"{CHAT_API}.workspaces.events"),
    "Inside a feature of people: edge, service, events, store, rules": (
        f"{CHAT_API}.workspaces.store.workspaces",
        f"{CHAT_API}.workspaces.events",
    ),
    "Inside tasks: edge, services, writing, reminders, events, store, filters, rules": (
        f"{CHAT_API}.tasks.events",
        f"{CHAT_API}.tasks.writing.unit_of_work",
    ),
    "Only tasks touches the store of tasks": (f"{CHAT_API}.transfer.service", f"{CHAT_API}.tasks.store.journal"),
    "Inside chat: a message is planned, executed and answered": (f"{CHAT_API}.chat.memory", f"{CHAT_API}.chat.service"),
    "Only access touches the store of access": (f"{CHAT_API}.identity.service", f"{CHAT_API}.access.store"),
    "Only chat touches the store of chat": (f"{CHAT_API}.retention", f"{CHAT_API}.chat.store"),
    "Only identity touches the store of identity": (f"{CHAT_API}.chat.service", f"{CHAT_API}.identity.store"),
    "Only transfer touches the store of transfer": (f"{CHAT_API}.main", f"{CHAT_API}.transfer.store"),
    "Only workspaces touches the store of workspaces": (
        f"{CHAT_API}.identity.service",
        f"{CHAT_API}.workspaces.store.invitations",
    ),
    "Services never import each other": ("services.audit.main", "services.notification.store"),
    "Domain rules do no I/O and know no transport": (f"{CHAT_API}.workspaces.domain.invitations", "psycopg"),
    "Services do not know the tools": ("services.audit.main", "todo_cli.main"),
    "What the generator copies into the outsiders' wheel needs nothing of this repository": (
        "todo_client_runtime.connection",
        "todo_runtime.clock",
    ),
    "The calendar is pure: the standard library alone, and no clock": ("todo_calendar.local_time", "time"),
    "Only recurring_task computes occurrences: no other image is built for dateutil": (
        "services.notification.main",
        "dateutil",
    ),
    "Sync: main, edges, frames, service, domain": ("services.sync.domain.cursor", "services.sync.main"),
    "No cycles between packages and modules that lie beside each other": (
        "todo_runtime.clock",
        "todo_runtime.rpc.server",
    ),
}
"""By the name of a contract: an import, as importer and imported, that it has to refuse."""

CONFIGURATION: Final = read_configuration(str(ROOT / "pyproject.toml"))
CONTRACTS: Final[Mapping[str, dict[str, Any]]] = {
    options["name"]: options for options in CONFIGURATION["contracts_options"]
}
EXHAUSTIVE: Final = [name for name, options in CONTRACTS.items() if options.get("exhaustive")]


@cache
def imports() -> ImportGraph:
    """The imports of the whole repository."""
    packages = CONFIGURATION["session_options"]["root_packages"]
    return build_graph(*packages, include_external_packages=True, cache_dir=None)


def is_kept(name: str, graph: ImportGraph) -> bool:
    options = CONTRACTS[name]
    contract = KINDS[options["type"]](name, CONFIGURATION["session_options"], options)
    return contract.check(graph, verbose=False).kept


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_refuses_a_planted_import(name: str) -> None:
    importer, imported = FAULTS[name]
    graph = deepcopy(imports())
    assert importer in graph.modules
    graph.add_import(importer=importer, imported=imported)
    assert not is_kept(name, graph)


@pytest.mark.parametrize("name", EXHAUSTIVE)
def test_a_contract_over_all_layers_refuses_a_module_in_none(name: str) -> None:
    graph = deepcopy(imports())
    graph.add_module(f"{CONTRACTS[name]['containers'][0]}.stray")
    assert not is_kept(name, graph)


def test_every_planted_fault_has_its_contract() -> None:
    assert FAULTS.keys() == CONTRACTS.keys()
