"""The matrix of events: every version of a record reads what every version of it wrote."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

import fastavro

from todo_contracts.avro_json import ExampleError, ExampleFormat
from todo_contracts.avro_source import Library, Schema
from todo_contracts.matrix.expected import Expectation
from todo_contracts.matrix.random_records import random_records
from todo_contracts.matrix.report import Cell
from todo_contracts.matrix.smallest import smallest_failure


def avro_cells(library: Library, count: int, only: str = "") -> Iterator[Cell]:
    """A cell for each pair of versions of each event and shared type, with `count` random records each."""
    for record, versions in {**library.types, **library.events}.items():
        if only in record:
            schemas = [versions[number] for number in sorted(versions)]
            for writer in schemas:
                yield from (_cell(writer, reader, count) for reader in schemas)


def _cell(writer: Schema, reader: Schema, count: int) -> Cell:
    pair = _Pair(writer, reader)
    try:
        examples = _golden(writer)
        failure = next(filter(None, map(pair.shown, examples)), "")
    except ExampleError as error:
        examples, failure = [], f"an example doesn't fit its own version: {error}"
    failure = failure or smallest_failure(random_records(writer.expanded), pair.wrong, repr, count)
    names = f"{writer.version}", f"{reader.version}"
    return Cell("avro", writer.full_name, *names, len(examples), count, failure)


def _golden(schema: Schema) -> list[dict[str, Any]]:
    example_format = ExampleFormat(schema.expanded)
    return [example_format.record(json.loads(path.read_text())) for path in schema.examples]


class _Pair:
    """A writer's and a reader's schema, decoded as the runtime does it: without logical types."""

    def __init__(self, writer: Schema, reader: Schema) -> None:
        self._expectation = Expectation(writer.expanded, reader.expanded)
        self._writer, self._reader = (fastavro.parse_schema(_raw(one.expanded)) for one in (writer, reader))

    def shown(self, record: dict[str, Any]) -> str:
        """What is wrong with a golden example, and the example; empty when nothing is."""
        words = self.wrong(record)
        return f"{words}, for the example {record!r}" if words else ""

    def wrong(self, record: dict[str, Any]) -> str:
        """What the reader gets wrong; empty when nothing is."""
        buffer = io.BytesIO()
        fastavro.schemaless_writer(buffer, self._writer, record)
        buffer.seek(0)
        try:
            got = fastavro.schemaless_reader(buffer, self._writer, self._reader)
        except Exception as error:  # noqa: BLE001 - whatever the decoder raises is the finding
            return f"it can't be read ({type(error).__name__}: {error})"
        try:
            expected = self._expectation.of(record)
        except (KeyError, StopIteration) as error:
            return f"nothing says what the reader should get ({type(error).__name__}: {error})"
        return _difference(expected, got, "")


def _difference(expected: Any, got: Any, path: str) -> str:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        names = sorted(set(expected) | set(got), key=str)
        pairs = ((expected.get(name), got.get(name), f"{path}.{name}".lstrip(".")) for name in names)
        return next(filter(None, (_difference(*pair) for pair in pairs)), "")
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        places = enumerate(zip(expected, got, strict=True))
        return next(filter(None, (_difference(*pair, f"{path}[{n}]") for n, pair in places)), "")
    return "" if expected == got else f"{path} should be {expected!r} and is {got!r}"


def _raw(schema: Any) -> Any:
    """A schema without its logical types."""
    if isinstance(schema, list):
        return [_raw(branch) for branch in schema]
    if isinstance(schema, Mapping):
        return {
            key: _raw(value) if key != "default" else value for key, value in schema.items() if key != "logicalType"
        }
    return schema
