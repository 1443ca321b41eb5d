"""Whether protovalidate constraints became stricter, so that a request of before would be refused now."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_UPPER = frozenset(("max_len", "max_bytes", "max_items", "max_pairs", "lt", "lte"))
_LOWER = frozenset(("min_len", "min_bytes", "min_items", "min_pairs", "gt", "gte"))
_REFUSE_ZERO = frozenset(
    (
        *("required", "min_len", "min_bytes", "min_items", "min_pairs", "len", "len_bytes", "const", "in"),
        *("uuid", "tuuid", "email", "uri", "uri_ref", "ip", "ipv4", "ipv6", "hostname", "address"),
        *("prefix", "suffix", "contains", "cel", "cel_expression"),
    )
)


def tightened(older: Mapping[str, Any], newer: Mapping[str, Any]) -> list[str]:
    """What became stricter, in words, sorted; constraints as JSON mapping writes them. Lifting one is no harm."""
    before, after = dict(_leaves(older)), dict(_leaves(newer))
    return sorted(
        f"{path} {_words(before.get(path))} became {_words(value)}"
        for path, value in after.items()
        if not _looser(path.rpartition(".")[2], before.get(path), value)
    )


def refuses_absence(constraints: Mapping[str, Any], *, presence: bool) -> bool:
    """Whether a message that doesn't set the field at all is refused. `presence`: whether the field tracks it."""
    if constraints.get("ignore", "").endswith(("ALWAYS", "ZERO_VALUE")):
        return False
    rules = {path.rpartition(".")[2]: value for path, value in _leaves(constraints) if ".items." not in f".{path}"}
    if presence:
        return bool(rules.get("required"))
    matches_empty = re.search(rules.pop("pattern", ""), "") is not None
    return not matches_empty or any(
        value not in (False, 0, "0") for name, value in rules.items() if name in _REFUSE_ZERO
    )


def _leaves(rules: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in rules.items():
        where = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from _leaves(value, where)
        else:
            yield where, value


def _looser(name: str, older: Any, newer: Any) -> bool:
    if older == newer or name in ("ignore", "example") or newer in (False, None):
        return True
    if older is None:
        return False
    if name in _UPPER | _LOWER:
        rises = _amount(newer) >= _amount(older)
        return rises if name in _UPPER else _amount(newer) <= _amount(older)
    if name == "in":
        return set(map(str, older)) <= set(map(str, newer))
    return name == "not_in" and set(map(str, newer)) <= set(map(str, older))


def _amount(value: Any) -> float:
    """JSON writes 64-bit numbers as text and durations as `36000s`."""
    return float(str(value).removesuffix("s"))


def _words(value: Any) -> str:
    return "(none)" if value is None else str(value)
