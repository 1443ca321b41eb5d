"""Puts the event schemas of the catalogue into a schema registry with Confluent's API.

Subjects follow TopicRecordNameStrategy (`<topic>-<record>`), each with the compatibility level of its topic.
Running it again changes nothing. A conflict anywhere is found before anything is registered, and all of them
are told at once. Works with Confluent's registry and with Apicurio's `/apis/ccompat/v7`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from todo_contracts.avro_source import Library, Schema, load_library
from todo_contracts.catalogue import State, Topic, load_catalogue
from todo_contracts.check.catalogue_rules import schema_problems
from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem
from todo_contracts.registry import Registry, RegistryRefusedError

_PARALLEL = 8


@dataclass(frozen=True)
class Report:
    """What was done, or would be: new versions, new levels, and how many schemas were there before."""

    registered: tuple[str, ...]
    levels_set: tuple[str, ...]
    unchanged: int
    dry_run: bool

    def __str__(self) -> str:
        verb = "to register" if self.dry_run else "registered"
        lines = [f"{verb}: {subject}" for subject in self.registered]
        lines += [f"level set: {subject}" for subject in self.levels_set]
        return "\n".join([*lines, f"{len(self.registered)} {verb}, {self.unchanged} there already"])


@dataclass(frozen=True)
class _Entry:
    """One subject with the versions that it should hold, oldest first."""

    subject: str
    topic: Topic
    schemas: tuple[Schema, ...]


@dataclass(frozen=True)
class _Plan:
    entry: _Entry
    level_differs: bool
    missing: tuple[Schema, ...]
    conflicts: tuple[Problem, ...]


def register(root: Path, registry_url: str, *, allow_drafts: bool = False, dry_run: bool = False) -> Report:
    """Register every version in the catalogue.

    Raises ContractError for drafts (unless allowed) and for everything that the registry refuses, and
    RegistryUnreachableError when there is no registry at the address.
    """
    layout = Layout(root)
    topics, library = load_catalogue(layout), load_library(layout)
    _refuse(list(schema_problems(library, topics)))
    entries = _entries(topics, library)
    if not allow_drafts:
        _refuse(_drafts(entries))
    with Registry(registry_url) as registry, ThreadPoolExecutor(_PARALLEL) as pool:
        plans = list(pool.map(partial(_plan, registry, dry_run=dry_run), entries))
        _refuse([problem for plan in plans for problem in plan.conflicts])
        if not dry_run:
            _refuse([problem for found in pool.map(partial(_add, registry), plans) for problem in found])
    return _report(plans, dry_run=dry_run)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ContractError(problems)


def _entries(topics: dict[str, Topic], library: Library) -> list[_Entry]:
    return [
        _Entry(topic.subject(record), topic, tuple(library.events[record][version] for version in versions))
        for topic in topics.values()
        for record, versions in topic.records.items()
    ]


def _drafts(entries: Sequence[_Entry]) -> list[Problem]:
    return [
        Problem(entry.topic.file, f"{schema.full_name} {schema.version} is a draft", "publish it first")
        for entry in entries
        for schema in entry.schemas
        if entry.topic.records[schema.full_name][schema.version] is State.DRAFT
    ]


def _plan(registry: Registry, entry: _Entry, *, dry_run: bool) -> _Plan:
    """Give the subject its level, then ask what is missing and what of that the registry would refuse."""
    level_differs = registry.level(entry.subject) != entry.topic.compatibility
    if level_differs and not dry_run:
        registry.set_level(entry.subject, entry.topic.compatibility)
    missing = tuple(schema for schema in entry.schemas if registry.find(entry.subject, schema.text) is None)
    conflicts = tuple(
        _refused(entry, schema, reason)
        for schema in missing
        for reason in registry.incompatibilities(entry.subject, schema.text, entry.topic.compatibility)
    )
    return _Plan(entry, level_differs, missing, conflicts)


def _add(registry: Registry, plan: _Plan) -> list[Problem]:
    """Register what is missing, oldest first, up to the first that the registry refuses."""
    for schema in plan.missing:
        try:
            registry.add(plan.entry.subject, schema.text)
        except RegistryRefusedError as error:
            return [_refused(plan.entry, schema, str(error))]
    return []


def _refused(entry: _Entry, schema: Schema, reason: str) -> Problem:
    what = f"the registry refuses it for {entry.subject} ({reason})"
    return Problem(schema.file, what, "make the change compatible, or add a new record type")


def _report(plans: Sequence[_Plan], *, dry_run: bool) -> Report:
    wanted = sum(len(plan.entry.schemas) for plan in plans)
    registered = tuple(f"{plan.entry.subject} {schema.version}" for plan in plans for schema in plan.missing)
    levels = tuple(f"{plan.entry.subject} {plan.entry.topic.compatibility}" for plan in plans if plan.level_differs)
    return Report(registered, levels, wanted - len(registered), dry_run)
