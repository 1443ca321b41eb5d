"""Examples as people write them and records as they travel are two forms of one thing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_contracts.avro_json import ExampleError, ExampleFormat
from todo_contracts.avro_source import load_library

from tests.unit.todo_contracts.small_repository import Sample

MICROS = {"type": "long", "logicalType": "timestamp-micros"}


def of(kind: Any) -> ExampleFormat:
    return ExampleFormat({"type": "record", "name": "R", "namespace": "n", "fields": [{"name": "f", "type": kind}]})


def test_the_example_becomes_raw_values(sample: Sample) -> None:
    added = load_library(sample.layout).newest("todo.note_events.v1.NoteAdded")
    examples = ExampleFormat(added.expanded)
    example = json.loads(added.examples[0].read_text())
    record = examples.record(example)
    assert record["note"]["written_at"] == 1_795_161_600_250_000
    assert record["others"][0]["written_at"] == -1_000_000
    assert record["picture"] == b"\x89PNG"
    assert record["due"] == 20_788
    assert examples.example(record) == example


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_microsecond_survives(time: datetime) -> None:
    example = {"f": time.isoformat().replace("+00:00", "Z")}
    assert of(MICROS).example(of(MICROS).record(example)) == example


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("string", 1, "R.f is 1, and str belongs there"),
        ("int", True, "R.f is True, and int belongs there"),
        ("double", "x", "R.f is 'x', and int belongs there"),
        ("bytes", "*", "R.f is not base64"),
        (MICROS, "2026-01-01T00:00:00+01:00", "RFC 3339 in UTC, ending in Z belongs there"),
        (MICROS, "2026-13-01T00:00:00Z", "month must be in 1..12"),
        ({"type": "string", "logicalType": "uuid"}, "ABC", "badly formed"),
        ({"type": "string", "logicalType": "uuid"}, "01935D7E-0000-7000-8000-000000000001", "in lower case"),
        ({"type": "enum", "name": "E", "namespace": "n", "symbols": ["A"]}, "B", "R.f is 'B', which is no symbol of E"),
        ({"type": "array", "items": "int"}, [1, "2"], "R.f[1] is '2'"),
        ({"type": "map", "values": "int"}, {"a": None}, "R.f.a is None"),
        (["null", "int"], "1", "R.f is '1'"),
    ],
)
def test_a_value_that_does_not_fit_is_named(kind: Any, value: Any, expected: str) -> None:
    with pytest.raises(ExampleError) as refused:
        of(kind).record({"f": value})
    assert expected in str(refused.value)


def test_missing_and_unknown_fields_are_named() -> None:
    with pytest.raises(ExampleError, match="R lacks f"):
        of("int").record({})
    with pytest.raises(ExampleError, match="R has no field g"):
        of("int").record({"f": 1, "g": 2})
