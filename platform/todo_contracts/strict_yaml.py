"""Reads a YAML mapping key by key and collects everything that is wrong with it, not the first thing only."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from todo_contracts.problems import Problem


class _UniqueKeys(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys in silence; a contract must not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is there twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


class Fields:
    """One mapping of a YAML file. A missing or mistyped key adds a problem and reads as empty."""

    def __init__(self, file: str, values: Mapping[Any, Any], problems: list[Problem], where: str = "") -> None:
        self._file = file
        self._values = values
        self._problems = problems
        self._where = where
        self._read: set[Any] = set()

    def complain(self, key: Any, what: str, remedy: str) -> None:
        """Record that the value of `key` is wrong."""
        self._problems.append(Problem(self._file, f"{self._where}{key} {what}", remedy))

    def has(self, key: Any) -> bool:
        """Whether the key is there at all."""
        return key in self._values

    def text(self, key: Any) -> str:
        """A text that is not empty."""
        value = self._take(key, str, "a text")
        if value is not None and not value.strip():
            self.complain(key, "is empty", "give it a value")
        return value or ""

    def choice(self, key: Any, choices: tuple[str, ...]) -> str:
        """A text out of a fixed set."""
        value = self.text(key)
        if value and value not in choices:
            self.complain(key, f"is {value!r}", f"use one of {', '.join(choices)}")
        return value

    def texts(self, key: Any) -> tuple[str, ...]:
        """A list of texts without repeats, possibly empty."""
        values = self._take(key, list, "a list of texts") or []
        if any(not isinstance(value, str) or not value for value in values):
            self.complain(key, "holds something other than texts", "quote each entry")
            return ()
        if len(set(values)) != len(values):
            self.complain(key, "names something twice", "remove the repeat")
        return tuple(values)

    def number(self, key: Any) -> int:
        """A whole number above zero."""
        value = self._take(key, int, "a whole number above 0")
        if value is None or isinstance(value, bool) or value < 1:
            if value is not None:
                self.complain(key, f"is {value!r}", "use a whole number above 0")
            return 1
        return int(value)

    def flag(self, key: Any) -> bool:
        """True or false."""
        return bool(self._take(key, bool, "true or false"))

    def fields(self, key: Any) -> "Fields":
        """A nested mapping, read the same way."""
        value = self._take(key, dict, "a mapping") or {}
        return Fields(self._file, value, self._problems, f"{self._where}{key}.")

    def entries(self, key: Any) -> list["Fields"]:
        """A list of mappings, each read the same way."""
        values = self._take(key, list, "a list of mappings") or []
        if any(not isinstance(value, dict) for value in values):
            self.complain(key, "holds something other than mappings", "write each entry as `key: value` lines")
            return []
        where = f"{self._where}{key}"
        return [Fields(self._file, value, self._problems, f"{where}[{n}].") for n, value in enumerate(values)]

    def keys(self) -> Iterator[Any]:
        """All keys of a mapping whose keys are data, in the order of the file."""
        yield from self._values

    def close(self) -> None:
        """Refuse the keys that nobody read."""
        for key in self._values:
            if key not in self._read:
                self.complain(key, "is not a known key", "correct its spelling or remove it")

    def _take(self, key: Any, kind: type, expected: str) -> Any:
        self._read.add(key)
        if key not in self._values:
            self.complain(key, "is missing", f"add it as {expected}")
            return None
        value = self._values[key]
        if not isinstance(value, kind):
            self.complain(key, f"is {value!r}", f"use {expected}")
            return None
        return value


def read_fields(path: Path, file: str, problems: list[Problem]) -> Fields | None:
    """The top mapping of a YAML file; None, with a problem recorded, when it isn't one."""
    try:
        # _UniqueKeys is a SafeLoader.
        values = yaml.load(path.read_text(), Loader=_UniqueKeys)  # noqa: S506
    except yaml.YAMLError as error:
        what = " ".join(str(error).split())
        problems.append(Problem(file, f"is not YAML ({what})", "correct the syntax; quote texts that hold a colon"))
        return None
    if not isinstance(values, dict):
        problems.append(Problem(file, "does not hold a mapping", "write `key: value` lines"))
        return None
    return Fields(file, values, problems)
