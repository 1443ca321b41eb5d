"""Everything that the reference documents are made of, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from todo_contracts.avro_source import Library, load_library
from todo_contracts.catalogue import load_catalogue
from todo_contracts.data_rules import RuleFile, load_rules
from todo_contracts.descriptors import Contracts, load_contracts
from todo_contracts.evolution.proto_image import Image
from todo_contracts.generate.wiring import Wiring, join
from todo_contracts.headers import HeaderSet, load_header_sets
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests


@dataclass(frozen=True)
class Sources:
    """The contracts of one repository."""

    wiring: Wiring
    library: Library
    header_sets: Mapping[str, HeaderSet]
    rules: Mapping[tuple[str, int], RuleFile]
    contracts: Contracts

    @cached_property
    def image(self) -> Image:
        """The elements of the protobuf contracts with their attributes."""
        return Image(self.contracts.files)

    @cached_property
    def comments(self) -> Mapping[str, str]:
        """Full name of a protobuf element → what the contract says about it, a paragraph on one line."""
        return {element.name: " ".join(element.comment.split()) for element in self.contracts.elements()}


def load_sources(layout: Layout) -> Sources:
    """Read everything; raises ContractError with what can't be read."""
    contracts, library = load_contracts(layout), load_library(layout)
    return Sources(
        wiring=join(load_manifests(layout), load_catalogue(layout), contracts.services),
        library=library,
        header_sets=load_header_sets(layout),
        rules=load_rules(layout, library),
        contracts=contracts,
    )
