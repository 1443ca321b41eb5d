"""Writes the reference documents, and says which are out of date."""

from todo_contracts.docs.asyncapi import asyncapi
from todo_contracts.docs.openapi import openapi
from todo_contracts.docs.page import page
from todo_contracts.docs.sources import Sources, load_sources
from todo_contracts.layout import Layout
from todo_contracts.problems import Problem

_REMEDY = "run `make generate`"


def documents(sources: Sources) -> dict[str, str]:
    """Name of a file in docs/reference → its text; raises ContractError where one would break its standard."""
    return {"asyncapi.yaml": asyncapi(sources), "index.html": page(sources), "openapi.json": openapi(sources)}


def write(layout: Layout) -> int:
    """Bring docs/reference up to date and return how many documents changed."""
    layout.reference.mkdir(parents=True, exist_ok=True)
    changed = 0
    for name, text in documents(load_sources(layout)).items():
        path = layout.reference / name
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)
            changed += 1
    return changed


def stale(layout: Layout) -> list[Problem]:
    """The documents that differ from what the contracts say now."""
    return [
        Problem(layout.name(path), "is out of date, or was edited" if path.is_file() else "is missing", _REMEDY)
        for name, text in documents(load_sources(layout)).items()
        if not (path := layout.reference / name).is_file() or path.read_text() != text
    ]
