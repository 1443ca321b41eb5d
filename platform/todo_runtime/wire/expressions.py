"""Rules in CEL over raw Avro records: compiled once, cheap to evaluate.

Guarantees: a record that satisfies its rules costs one evaluation, and one more for each item of a list with rules;
rules are evaluated one by one only for a record that breaks one. A rule that can't be evaluated counts as broken. A
record that lacks fields of its schema is not checked: encoding it fails. Language: https://github.com/google/cel-spec.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import cel

from todo_runtime.wire.cel_text import InvalidRule
from todo_runtime.wire.projection import FUNCTIONS, Projection, Values

_UNREADABLE = (AttributeError, KeyError, TypeError)
_Path = tuple[str, ...]


class Rule(Protocol):
    """One rule. `path` is the path of its record in the event: "", `task.due`, `task.reminders[]`."""

    @property
    def id(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def cel(self) -> str: ...
    @property
    def message(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a record breaks, and the path at which it does, such as `task.reminders[2]`.

    `fault` is empty if the rule is false, otherwise it says why the rule is neither true nor false.
    """

    rule: Rule
    path: str
    fault: str = ""


class Rules:
    """The rules of one type of record and of the records in it. Raises InvalidRule."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._scope = _Scope([(rule, rule.path) for rule in rules])

    def hold(self, record: dict[str, Any]) -> bool:
        """Whether the record satisfies all rules."""
        try:
            return self._scope.hold(record)
        except Exception:  # noqa: BLE001 - the engine has no error class of its own; `broken` says what it was
            return False

    def broken(self, record: dict[str, Any]) -> list[Violation]:
        """The rules that the record breaks, in their order."""
        return list(self._scope.broken(record, ""))


def compiled(text: str) -> cel.Program:
    """Compiles an expression. Raises InvalidRule."""
    try:
        return cel.compile(text)
    except ValueError as error:
        raise InvalidRule(str(error).splitlines()[0]) from error


@dataclass(frozen=True, slots=True)
class _Program:
    """An expression over variables, and whether it calls one of FUNCTIONS: passing them to the engine takes time."""

    cel: cel.Program
    calls: bool

    def value(self, values: Values) -> Any:
        return self.cel.execute(cel.Context(values, dict(FUNCTIONS)) if self.calls else values)


def _program(text: str) -> _Program:
    program = compiled(text)
    return _Program(program, not FUNCTIONS.keys().isdisjoint(program.functions()))


class _Scope:
    """The rules that are evaluated together: all but those of list items, which have their own scopes."""

    def __init__(self, rules: Sequence[tuple[Rule, str]]) -> None:
        self._projection = Projection()
        self._single: list[tuple[Rule, str, _Program]] = []
        texts: dict[_Path, list[str]] = {}
        for rule, path in rules:
            if "[]" not in path:
                text = self._projection.rewritten(rule.cel, _path(path))
                texts.setdefault(_path(path), []).append(text)
                self._single.append((rule, path, _program(self._projection.guarded(text, _path(path)))))
        guarded = [self._projection.guarded(_both(inner), path) for path, inner in texts.items()]
        self._all = _program(_both(guarded)) if guarded else None
        self._lists = [(path, _Scope(inner)) for path, inner in _by_list(rules).items()]

    def hold(self, record: Any) -> bool:
        if self._all is not None and self._all.value(self._projection.of(record)) is not True:
            return False
        for path, scope in self._lists:
            for _, item in _items(record, path):
                if not scope.hold(item):
                    return False
        return True

    def broken(self, record: Any, prefix: str) -> Iterator[Violation]:
        try:
            values = self._projection.of(record)
            lists = [(path, scope, _items(record, path)) for path, scope in self._lists]
        except _UNREADABLE:
            return
        for rule, path, program in self._single:
            fault = _fault(program, values)
            if fault is not None:
                yield Violation(rule, _joined(prefix, path), fault)
        for list_path, scope, items in lists:
            for key, item in items:
                yield from scope.broken(item, f"{_joined(prefix, '.'.join(list_path))}[{key}]")


def _both(texts: Iterable[str]) -> str:
    return " && ".join(f"({text})" for text in texts)


def _fault(program: _Program, values: Values) -> str | None:
    """None if the rule holds, "" if it is false, otherwise why it is neither."""
    try:
        value = program.value(values)
    except Exception as error:  # noqa: BLE001 - the engine has no error class of its own
        return f"it can't be evaluated ({type(error).__name__})"
    if isinstance(value, bool):
        return None if value else ""
    return f"it gives a value of type {type(value).__name__}, neither true nor false"


def _by_list(rules: Sequence[tuple[Rule, str]]) -> dict[_Path, list[tuple[Rule, str]]]:
    lists: dict[_Path, list[tuple[Rule, str]]] = {}
    for rule, path in rules:
        outer, marker, inner = path.partition("[]")
        if marker:
            lists.setdefault(_path(outer), []).append((rule, inner.removeprefix(".")))
    return lists


def _path(text: str) -> _Path:
    return tuple(text.split(".")) if text else ()


def _items(record: Any, path: _Path) -> list[tuple[Any, Any]]:
    """The items of an array with their indexes, or the values of a map with their keys; without nulls."""
    for name in path:
        record = None if record is None else record[name]
    if not record:
        return []
    pairs = record.items() if isinstance(record, dict) else enumerate(record)
    return [(key, item) for key, item in pairs if item is not None]


def _joined(prefix: str, path: str) -> str:
    return f"{prefix}.{path}" if prefix and path else prefix or path
