"""JSON Patch (RFC 6902): add, remove, replace and test."""

import copy
from collections.abc import Sequence
from typing import Any

Operation = dict[str, Any]


class PatchError(Exception):
    """An operation that does not fit the document; the text has its path."""


def patched(document: dict[str, Any], operations: Sequence[Operation]) -> dict[str, Any]:
    """The document after all operations; it stays as it was itself."""
    after = copy.deepcopy(document)
    for operation in operations:
        *parents, last = _pointer(operation["path"])
        try:
            _apply(_at(after, parents), last, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            name = f"{document['kind']}/{document['metadata']['name']}"
            raise PatchError(f"{operation['op']} {operation['path']} does not fit {name}.") from error
    return after


def _pointer(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _at(document: Any, parents: Sequence[str]) -> Any:
    for part in parents:
        document = document[int(part) if isinstance(document, list) else part]
    return document


def _apply(place: Any, last: str, operation: Operation) -> None:
    kind, value = operation["op"], copy.deepcopy(operation.get("value"))
    key = _key(place, last)
    if kind == "add" and isinstance(place, list):
        place.insert(key, value)
    elif kind == "add":
        place[key] = value
    elif kind == "remove":
        del place[key]
    elif kind == "replace":
        place[key]
        place[key] = value
    elif kind == "test":
        if place[key] != value:
            raise ValueError(last)
    else:
        raise KeyError(kind)


def _key(place: Any, last: str) -> Any:
    if not isinstance(place, list):
        return last
    return len(place) if last == "-" else int(last)
