"""The checked-in event classes read and write every golden example of the contracts."""

import importlib
import inspect
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest
from todo.events import Event
from todo_contracts.avro_json import ExampleFormat
from todo_contracts.avro_source import Schema, load_library
from todo_contracts.catalogue import load_catalogue
from todo_contracts.layout import Layout

LAYOUT = Layout(Path(__file__).parents[3])
LIBRARY = load_library(LAYOUT)


def examples() -> Iterator[Any]:
    for full_name in LIBRARY.events:
        schema = LIBRARY.newest(full_name)
        for path in schema.examples:
            yield pytest.param(schema, path, id=f"{full_name.rpartition('.')[2]}-{path.stem}")


def class_of(schema: Schema) -> type[Event]:
    module, _, name = schema.full_name.rpartition(".")
    found: type[Event] = getattr(importlib.import_module(module), name)
    return found


def raw(schema: Schema, path: Path) -> dict[str, Any]:
    return ExampleFormat(schema.expanded).record(json.loads(path.read_text()))


@pytest.mark.parametrize(("schema", "path"), list(examples()))
def test_every_field_of_an_example_can_be_read_and_written(schema: Schema, path: Path) -> None:
    event = class_of(schema).wrap(raw(schema, path))
    values = {name: getattr(event, name) for name in inspect.signature(type(event)).parameters}
    assert type(event)(**values) == event
    assert str(event.record) in repr(event)


@pytest.mark.parametrize(("schema", "path"), list(examples()))
def test_a_record_survives_the_wire(schema: Schema, path: Path) -> None:
    wire = fastavro.parse_schema(class_of(schema).SCHEMA.wire)
    record = raw(schema, path)
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, wire, record)
    buffer.seek(0)
    assert fastavro.schemaless_reader(buffer, wire, None) == record


@pytest.mark.parametrize("full_name", list(LIBRARY.events))
def test_a_class_carries_its_schema(full_name: str) -> None:
    schema, topics = LIBRARY.newest(full_name), load_catalogue(LAYOUT).values()
    carried = class_of(schema).SCHEMA
    assert (carried.full_name, carried.version, carried.json) == (full_name, schema.version, schema.text)
    assert carried.fingerprint == schema.fingerprint
    assert carried.topics == tuple(topic.name for topic in topics if full_name in topic.records)
    assert "logicalType" not in json.dumps(carried.wire)
