"""The header sets that topics name, avro/headers/<name>.yaml: headers are governed like bodies."""

from collections.abc import Mapping
from dataclasses import dataclass

from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem
from todo_contracts.strict_yaml import Fields, read_fields


@dataclass(frozen=True)
class Header:
    """One Kafka header; its value is UTF-8 text."""

    required: bool
    meaning: str


@dataclass(frozen=True)
class HeaderSet:
    """The headers of every message on the topics that name this set."""

    name: str
    summary: str
    headers: Mapping[str, Header]


def load_header_sets(layout: Layout) -> dict[str, HeaderSet]:
    """Every header set by name, sorted; raises ContractError with all that is wrong in any file."""
    problems: list[Problem] = []
    sets: dict[str, HeaderSet] = {}
    for path in sorted(layout.headers.glob("*.yaml")):
        fields = read_fields(path, layout.name(path), problems)
        if fields is None:
            continue
        found = _read(fields)
        if found.name and found.name != path.stem:
            fields.complain("name", f"is {found.name!r}", f"use the name of the file, {path.stem!r}")
        sets[path.stem] = found
    if problems:
        raise ContractError(problems)
    return sets


def _read(fields: Fields) -> HeaderSet:
    headers = fields.fields("headers")
    found = HeaderSet(
        name=fields.text("name"),
        summary=fields.text("summary"),
        headers={name: _header(headers.fields(name)) for name in headers.keys()},  # noqa: SIM118 (not a dict)
    )
    fields.close()
    return found


def _header(fields: Fields) -> Header:
    header = Header(required=fields.flag("required"), meaning=fields.text("meaning"))
    fields.close()
    return header
