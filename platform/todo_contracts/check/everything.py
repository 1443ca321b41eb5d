"""One run of all rules over all contracts."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from todo_contracts.avro_source import load_library
from todo_contracts.catalogue import load_catalogue
from todo_contracts.check.avro_rules import avro_problems, parse_problems
from todo_contracts.check.baseline import baseline_problems
from todo_contracts.check.catalogue_rules import manifest_problems, schema_problems, topic_problems
from todo_contracts.check.examples import example_problems
from todo_contracts.check.folders import folder_problems
from todo_contracts.check.proto_rules import buf_problems, contract_problems, setting_problems
from todo_contracts.check.rules import rule_problems
from todo_contracts.descriptors import load_contracts
from todo_contracts.evolution.avro_versions import version_problems
from todo_contracts.generate.pipeline import stale
from todo_contracts.headers import load_header_sets
from todo_contracts.history.immutability import history_problems
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_contracts.problems import ContractError, Problem
from todo_contracts.wiring import join

_T = TypeVar("_T")


def check(layout: Layout, *, generated: bool = True) -> list[Problem]:
    """Every problem, sorted. What can't be read is a problem, and only what needs it goes unchecked.

    Without `generated`, what was generated from the contracts isn't looked at.
    """
    return sorted(set(_Check(layout, generated=generated).problems()))


class _Check:
    """One run: the four sources, each read once, and the rules for those that could be read."""

    def __init__(self, layout: Layout, *, generated: bool) -> None:
        self._layout = layout
        self._with_generated = generated
        self._unread: list[Problem] = []

    def problems(self) -> Iterator[Problem]:
        layout = self._layout
        topics = self._read(lambda: load_catalogue(layout))
        library = self._read(lambda: load_library(layout))
        header_sets = self._read(lambda: load_header_sets(layout))
        manifests = self._read(lambda: load_manifests(layout))
        contracts = self._read(lambda: load_contracts(layout))
        yield from folder_problems(layout)
        yield from self._refused(lambda: history_problems(layout, manifests or {}))
        yield from buf_problems(layout)
        yield from setting_problems(layout)
        if contracts is not None:
            yield from contract_problems(contracts)
            yield from self._refused(lambda: baseline_problems(layout, contracts, manifests or {}))
        if library is not None:
            self._unread.extend(parse_problems(library))
            yield from avro_problems(library)
            yield from example_problems(layout, library)
            yield from rule_problems(layout, library)
        if library is not None and topics is not None:
            yield from schema_problems(library, topics)
            yield from version_problems(library, topics)
        if topics is not None and manifests is not None and contracts is not None:
            wiring = self._read(lambda: join(manifests, topics, contracts.services))
            if wiring is not None:
                yield from topic_problems(wiring, header_sets or {})
                yield from manifest_problems(wiring)
        yield from self._generated()

    @staticmethod
    def _refused(find: Callable[[], Iterator[Problem]]) -> Iterator[Problem]:
        """What a rule finds, or why it can't look."""
        try:
            yield from find()
        except ContractError as error:
            yield from error.problems

    def _generated(self) -> Iterable[Problem]:
        """Only where everything could be read: the generator would repeat the same complaints."""
        if self._with_generated and not self._unread:
            yield from self._read(lambda: stale(self._layout)) or ()
        yield from self._unread

    def _read(self, load: Callable[[], _T]) -> _T | None:
        try:
            return load()
        except ContractError as error:
            self._unread.extend(error.problems)
            return None
