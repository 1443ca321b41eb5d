"""The compatibility verdict beside the official Avro package's, on random pairs of schemas.

That package looks at no aliases; the registry does, and tests/integration/contracts asks it about them.
"""

import json
from typing import Any

import avro.schema
import fastavro
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from todo_contracts.evolution.resolution import incompatibilities

from tests.contract.random_schemas import Schemas

_PAIRS = 3_000


def _avro_says(reader: Any, writer: Any) -> bool:
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(avro.schema.parse(json.dumps(reader)), avro.schema.parse(json.dumps(writer)))
    return bool(result.compatibility is SchemaCompatibilityType.compatible)


def test_the_verdict_is_that_of_the_official_package() -> None:
    schemas = Schemas(seed=1, aliases=False)
    verdicts = []
    for _ in range(_PAIRS):
        older = schemas.record()
        newer = schemas.next(older)
        fastavro.parse_schema(json.loads(json.dumps(newer)))
        ours = not incompatibilities(newer, older)
        assert ours == _avro_says(newer, older), (newer, older, incompatibilities(newer, older))
        verdicts.append(ours)
    assert 0.1 < sum(verdicts) / _PAIRS < 0.9
