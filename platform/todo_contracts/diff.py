"""What changed in the contracts since a commit, in words, with a legal way out of everything that breaks somebody."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from todo_contracts.avro_source import Library, load_library
from todo_contracts.catalogue import Topic, load_catalogue
from todo_contracts.descriptors import load_contracts
from todo_contracts.evolution.catalogue_changes import catalogue_changes
from todo_contracts.evolution.change import Change, Verdict
from todo_contracts.evolution.event_changes import event_changes
from todo_contracts.evolution.proto_changes import proto_changes
from todo_contracts.evolution.proto_image import Image
from todo_contracts.history.git import History
from todo_contracts.history.immutability import publication
from todo_contracts.layout import Layout
from todo_contracts.manifest import Manifest, load_manifests

_SOURCES = ("avro", "proto", "third_party", "services", "buf.yaml")


@dataclass(frozen=True)
class Difference:
    """The changes since a commit, the breaking ones first."""

    against: str
    changes: tuple[Change, ...]

    def __str__(self) -> str:
        lines = [line for change in self.changes for line in _lines(change)]
        counts = [f"{sum(change.verdict is one for change in self.changes)} {one}" for one in reversed(Verdict)]
        return "\n".join([*lines, f"against {self.against}: {', '.join(counts)}"])

    def json(self) -> str:
        """`{"against": commit, "changes": [{file, element, what, verdict, rule, advice, affects}]}`."""
        return json.dumps({"against": self.against, "changes": [asdict(change) for change in self.changes]}, indent=2)


@dataclass(frozen=True)
class _Contracts:
    topics: Mapping[str, Topic]
    library: Library
    manifests: Mapping[str, Manifest]
    image: Image


def diff(layout: Layout, against: str | None = None) -> Difference:
    """The contracts on disk beside those of a commit; by default the newest that published something, else HEAD.

    Raises ContractError where either can't be read.
    """
    history, commit = _baseline(layout, against)
    with tempfile.TemporaryDirectory(prefix="contracts-") as folder:
        history.export(commit, Path(folder), *_SOURCES)
        older = _load(Layout(Path(folder)))
    newer = _load(layout)
    changes = [
        *catalogue_changes(older.topics, newer.topics),
        *event_changes(older.library, newer.library, older.topics, newer.topics),
        *proto_changes(older.image, newer.image, {**older.manifests, **newer.manifests}),
    ]
    severity = list(reversed(Verdict))
    return Difference(commit, tuple(sorted(changes, key=lambda change: (severity.index(change.verdict), change))))


def _baseline(layout: Layout, against: str | None) -> tuple[History, str]:
    if against is None and (published := publication(layout)) is not None:
        return published
    history = History(layout.root)
    return history, history.resolve(against or "HEAD")


def _load(layout: Layout) -> _Contracts:
    image = Image(load_contracts(layout).files)
    return _Contracts(load_catalogue(layout), load_library(layout), load_manifests(layout), image)


def _lines(change: Change) -> list[str]:
    rule = f" ({change.rule})" if change.rule else ""
    lines = [f"{change.verdict}: {change.file}: {change.element}: {change.what}{rule}"]
    if change.advice:
        lines.append(f"    {'legal way' if change.rule else 'roll out'}: {change.advice}")
    if change.affects:
        lines.append(f"    affects: {change.affects}")
    return lines
