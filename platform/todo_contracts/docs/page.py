"""The reference for people: one page without scripts or styles from elsewhere, made of plain views of the contracts."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from todo_contracts.docs.calls import MessageView, message_views, service_views
from todo_contracts.docs.diagram import calls_flow, events_flow
from todo_contracts.docs.events import EventView, event_views, type_views
from todo_contracts.docs.sources import Sources
from todo_contracts.manifest import Manifest

_TEMPLATES = Path(__file__).parent / "templates"


def page(sources: Sources) -> str:
    """The page, HTML."""
    wiring = sources.wiring
    text: str = (
        _environment()
        .get_template("reference.html.j2")
        .render(
            events_flow=events_flow(wiring),
            calls_flow=calls_flow(wiring),
            manifests=[_manifest(sources, manifest) for manifest in wiring.manifests.values()],
            topics=list(wiring.topics.values()),
            places=_places(sources),
            header_sets=sources.header_sets,
            events=_by_topic(sources),
            types=list(type_views(sources)),
            services=list(service_views(sources)),
            packages=_by_package(message_views(sources)),
        )
    )
    return text


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["json"] = lambda value: json.dumps(value, indent=2, ensure_ascii=False)
    made.filters["marked"] = _marked
    return made


def _marked(said: str) -> Markup:
    """Comments write names and values between backticks."""
    pieces = [escape(piece) for piece in said.split("`")]
    if len(pieces) % 2 == 0:  # one backtick without its partner
        return escape(said)
    return Markup("").join(Markup("<code>{}</code>").format(one) if n % 2 else one for n, one in enumerate(pieces))


def _manifest(sources: Sources, manifest: Manifest) -> Mapping[str, Any]:
    wiring = sources.wiring
    return {
        "name": manifest.name,
        "summary": manifest.summary,
        "serves": manifest.serves,
        "calls": manifest.calls,
        "gateway_to": manifest.gateway_to,
        "produces": [topic.name for topic in wiring.produced_by(manifest)],
        "consumes": [topic.name for topic in wiring.consumed_by(manifest)],
        "database": manifest.database,
        "ports": manifest.ports,
    }


def _by_topic(sources: Sources) -> Mapping[str, list[EventView]]:
    return {topic.name: list(event_views(sources, topic)) for topic in sources.wiring.topics.values()}


def _places(sources: Sources) -> Mapping[str, str]:
    """Full name of an event → its anchor on the page, at the first topic that carries it."""
    places: dict[str, str] = {}
    for topic in sources.wiring.topics.values():
        for record in topic.records:
            places.setdefault(record, f"event-{topic.name}-{record.rpartition('.')[2]}")
    return places


def _by_package(messages: Iterator[MessageView]) -> Mapping[str, list[MessageView]]:
    packages: dict[str, list[MessageView]] = {}
    for message in messages:
        packages.setdefault(message.package, []).append(message)
    return packages
