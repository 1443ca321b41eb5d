"""The checked-in event classes read and write every golden example of the contracts."""

import importlib
import inspect
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo.events import Event, date_of, days_of, micros_of, time_of
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


@given(st.datetimes(timezones=st.timezones()))
def test_a_time_survives_in_any_zone(time: datetime) -> None:
    assert time_of(micros_of(time)) == time.astimezone(UTC)
    assert time_of(micros_of(time)).tzinfo is UTC


@given(st.dates())
def test_a_day_survives(day: Any) -> None:
    assert date_of(days_of(day)) == day


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros_of(datetime(2026, 1, 1))  # noqa: DTZ001 (the point of the test)
