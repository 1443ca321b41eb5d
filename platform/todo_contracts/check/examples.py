"""Golden examples: every version has one, and each comes back from the wire as it was."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro

from todo_contracts.avro_json import ExampleError, ExampleFormat
from todo_contracts.avro_source import Library, Schema
from todo_contracts.layout import Layout
from todo_contracts.problems import Problem


def example_problems(layout: Layout, library: Library) -> Iterator[Problem]:
    """Versions without examples, examples without versions, and examples that don't survive the wire."""
    known: set[Path] = set()
    for versions in library.events.values():
        for schema in versions.values():
            known.update(schema.examples)
            yield from _of_version(layout, schema)
    for folder in layout.schema_folders():
        for path in sorted(folder.glob("*/examples/*")):
            if path not in known:
                what = "is an example of no version of an event"
                yield Problem(layout.name(path), what, "name it <version>-<what it shows>.json")


def _of_version(layout: Layout, schema: Schema) -> Iterator[Problem]:
    if not schema.examples:
        yield Problem(schema.file, "has no example", f"add examples/{schema.version}-<what it shows>.json")
        return
    try:
        parsed: Any = fastavro.parse_schema(json.loads(schema.text))
    except (fastavro.schema.SchemaParseException, KeyError, TypeError, ValueError):
        return  # avro_rules says so
    for path in schema.examples:
        if reason := _broken(path, schema, parsed):
            yield Problem(layout.name(path), reason, f"write what {schema.file} describes")


def _broken(path: Path, schema: Schema, parsed: Any) -> str | None:
    examples = ExampleFormat(schema.expanded)
    try:
        record = examples.record(json.loads(path.read_text()))
    except ExampleError as error:
        return f"doesn't fit: {error}"
    except ValueError as error:
        return f"is not JSON ({error})"
    back = examples.record(examples.example(_through_the_wire(parsed, record)))
    return None if back == record else "comes back from the wire otherwise than it was written"


def _through_the_wire(parsed: Any, record: dict[str, Any]) -> Any:
    buffer = io.BytesIO()
    fastavro.schemaless_writer(buffer, parsed, record, strict=True, disable_tuple_notation=True)
    buffer.seek(0)
    return fastavro.schemaless_reader(buffer, parsed, None)
