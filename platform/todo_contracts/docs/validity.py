"""Whether an AsyncAPI document is one, by the official JSON schema: the copy in third_party/asyncapi."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from todo_contracts.problems import Problem

# Beside the pipeline, not in the repository that it looks at: the standard is the same for every one.
_SCHEMA = Path(__file__).resolve().parents[3] / "third_party" / "asyncapi" / "3.0.0.json"
_REMEDY = "correct the contract that this part is made from, or todo_contracts.docs.asyncapi, which made it"


def asyncapi_problems(document: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """What the standard refuses, by its place in the document; `file` is where the document belongs."""
    validator = Draft7Validator(json.loads(_SCHEMA.read_text()))
    for error in sorted(validator.iter_errors(document), key=lambda found: [str(part) for part in found.absolute_path]):
        place, message = _innermost(error)
        yield Problem(file, f"would not be AsyncAPI 3.0.0: {place or 'the document'}: {message}", _REMEDY)


def _innermost(error: ValidationError) -> tuple[str, str]:
    """The schema is a tree of alternatives; the deepest error says what is really wrong."""
    while error.context:
        error = max(error.context, key=lambda found: (len(found.absolute_path), found.message))
    # A message quotes the whole value that is wrong, which may be a schema of hundreds of lines.
    return "/".join(str(part) for part in error.absolute_path), error.message[:200]
