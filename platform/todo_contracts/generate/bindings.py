"""Generates gen/todo_bindings/<service>: what one service may serve, call, produce and consume, on
todo_runtime.

A service that doesn't produce a topic gets no producer for it, so it can't import one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import jinja2

from todo_contracts.catalogue import Topic
from todo_contracts.generate.clients import Modules, used_by
from todo_contracts.generate.names import camel_case, snake_case
from todo_contracts.manifest import Manifest
from todo_contracts.wiring import Wiring


@dataclass(frozen=True)
class Event:
    """One record type on one topic."""

    full_name: str
    module: str
    name: str
    method: str


@dataclass(frozen=True)
class Stream:
    """One topic as producers and consumers see it."""

    topic: Topic
    prefix: str
    events: tuple[Event, ...]


def binding_modules(wiring: Wiring, templates: jinja2.Environment) -> dict[str, str]:
    """Path below gen/ → text, for every service."""
    return {
        f"todo_bindings/{manifest.name}/{file}.py": text
        for manifest in wiring.manifests.values()
        for file, text in _modules(wiring, manifest, templates)
    }


def _modules(wiring: Wiring, manifest: Manifest, templates: jinja2.Environment) -> Iterator[tuple[str, str]]:
    served, called = wiring.served_by(manifest), wiring.called_by(manifest)
    forwarded = wiring.forwarded_by(manifest)
    produced = [_stream(topic) for topic in wiring.produced_by(manifest)]
    consumed = [_stream(topic) for topic in wiring.consumed_by(manifest)]

    def render(template: str, **values: object) -> tuple[str, str]:
        return template, templates.get_template(f"{template}.py.j2").render(manifest=manifest, **values)

    yield render("__init__")
    if served:
        modules = Modules(used_by(served) | {service.module for service in served})
        yield render("rpc", services=served, modules=modules)
        yield render("callers", callers=wiring.callers(manifest))
    if called:
        yield render("clients", targets=[(service, wiring.home(service)) for service in called])
    if forwarded:
        modules = Modules(service.module for service in forwarded)
        yield render("gateway", forwarded=[(service, wiring.home(service)) for service in forwarded], modules=modules)
    if produced:
        yield render("producers", streams=produced, imports=_imports(produced))
    if consumed:
        # A transaction is what a typed consumer works in, so a service without a database has none.
        template = "consumers" if manifest.database else "tail"
        yield render(template, streams=consumed, imports=_imports(consumed))


def _stream(topic: Topic) -> Stream:
    events = tuple(_event(full_name) for full_name in topic.records)
    return Stream(topic, camel_case(topic.name), events)


def _event(full_name: str) -> Event:
    module, _, name = full_name.rpartition(".")
    return Event(full_name, module, name, snake_case(name))


def _imports(streams: list[Stream]) -> dict[str, list[str]]:
    imports: dict[str, list[str]] = {}
    for event in sorted({event for stream in streams for event in stream.events}, key=lambda event: event.full_name):
        imports.setdefault(event.module, []).append(event.name)
    return imports
