"""Rules beyond types: each is sound CEL over fields that exist, true of every golden example, and shown to reject.

Each rule has a record that breaks it and no other, counterexamples/<N>-<rule id>.json beside the schema (or
<N>-<rule id>.<what it shows>.json), written as a golden example is.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from todo_runtime.wire.expressions import Rules, Violation

from todo_contracts.avro_json import ExampleFormat
from todo_contracts.avro_source import Library, Schema
from todo_contracts.check.rule_text import text_faults
from todo_contracts.data_rules import DataRule, PlacedRule, RuleFile, load_rules, rules_in
from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_Files = Mapping[tuple[str, int], RuleFile]


def rule_problems(layout: Layout, library: Library) -> Iterator[Problem]:
    """What is wrong with the rules; examples are tried only where the text of every rule is sound."""
    try:
        files = load_rules(layout, library)
    except ContractError as error:
        yield from error.problems
        return
    faults = [fault for file in files.values() for fault in _of_file(file)]
    yield from faults
    yield from _strays(layout, files)
    if not faults:
        yield from _of_examples(layout, library, files)


def _of_file(file: RuleFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for rule in file.rules:
        if not _ID.fullmatch(rule.id):
            yield Problem(file.file, f"the rule id {rule.id!r} is not kebab-case", "use lower case words and hyphens")
        if rule.id in seen:
            yield Problem(file.file, f"has two rules {rule.id}", "give each an id of its own")
        seen.add(rule.id)
        for fault, remedy in text_faults(rule.cel, file.schema.expanded):
            yield Problem(file.file, f"rule {rule.id} {fault}", remedy)


def _strays(layout: Layout, files: _Files) -> Iterator[Problem]:
    known = {path for file in files.values() for rule in file.rules for path in _shown(file, rule)}
    for folder in layout.schema_folders():
        for path in sorted(folder.glob("*/counterexamples/*")):
            if path not in known:
                remedy = "name it <version>-<rule id>.json, with the id of a rule of that version"
                yield Problem(layout.name(path), "is a counter-example of no rule", remedy)


def _shown(file: RuleFile, rule: DataRule) -> list[Path]:
    name = f"{file.schema.version}-{rule.id}"
    folder = file.counterexamples
    return sorted({*folder.glob(f"{name}.json"), *folder.glob(f"{name}.*.json")})


def _of_examples(layout: Layout, library: Library, files: _Files) -> Iterator[Problem]:
    for schema in library.schemas():
        placed = list(rules_in(schema, library, files))
        if not placed:
            continue
        rules = Rules(placed)
        for path in schema.examples:
            for one in _broken(path, schema, rules):
                remedy = "correct the example, or the rule while it is a draft"
                yield Problem(layout.name(path), _words(one), remedy)
        if file := files.get((schema.full_name, schema.version)):
            for rule in file.rules:
                yield from _of_counterexamples(layout, file, rule, rules)


def _of_counterexamples(layout: Layout, file: RuleFile, rule: DataRule, rules: Rules) -> Iterator[Problem]:
    shown = _shown(file, rule)
    if not shown:
        remedy = f"add counterexamples/{file.schema.version}-{rule.id}.json, a record that breaks this rule alone"
        yield Problem(file.file, f"rule {rule.id} is not shown to reject anything", remedy)
    for path in shown:
        name = layout.name(path)
        try:
            broken = list(_tried(path, file.schema, rules))
        except ValueError as error:
            yield Problem(name, f"doesn't fit: {error}", f"write what {file.schema.file} describes")
            continue
        own = [one for one in broken if one.rule.path == "" and one.rule.id == rule.id]
        if not own:
            yield Problem(name, f"keeps rule {rule.id}", "make it break the rule, or correct the rule")
        yield from (Problem(name, _words(one), "a rule must be false, not fail") for one in own if one.fault)
        for one in broken:
            if one not in own:
                yield Problem(name, _words(one), f"let it break {rule.id} alone")


def _broken(path: Path, schema: Schema, rules: Rules) -> Iterator[Violation]:
    try:
        yield from _tried(path, schema, rules)
    except ValueError:
        return  # check.examples says so


def _tried(path: Path, schema: Schema, rules: Rules) -> list[Violation]:
    """What a record in a file breaks; raises ValueError (ExampleError is one) when it doesn't fit the schema."""
    return rules.broken(ExampleFormat(schema.expanded).record(json.loads(path.read_text())))


def _words(one: Violation) -> str:
    rule = one.rule
    origin = f" of {rule.file}" if isinstance(rule, PlacedRule) else ""
    where = f" at {one.path}" if one.path else ""
    return f"breaks rule {rule.id}{origin}{where}: {one.fault or rule.message}"
