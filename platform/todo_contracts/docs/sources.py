"""Everything that the reference documents are made of, read once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from todo_contracts.avro_source import Library, load_library
from todo_contracts.catalogue import load_catalogue
from todo_contracts.data_rules import RuleFile, load_rules
from todo_contracts.descriptors import Contracts, load_contracts
from todo_contracts.evolution.proto_image import Image
from todo_contracts.headers import HeaderSet, load_header_sets
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_contracts.wiring import Wiring, join


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

    @cached_property
    def map_entries(self) -> Mapping[str, tuple[str, str]]:
        """Full name of the message that protobuf makes of a map field → the types of its keys and values."""
        return {
            name: (_type_of(message.field[0]), _type_of(message.field[1]))
            for file in self.contracts.files.file
            for name, message in _messages(file.package, file.message_type)
            if message.options.map_entry
        }

    def servers(self, service: str) -> tuple[str, ...]:
        """The services of this repository that serve a gRPC service."""
        return tuple(one.name for one in self.wiring.manifests.values() if service in one.serves)

    def has_rest(self, service: str) -> bool:
        """Whether a gateway serves the routes of a gRPC service: its own, or those that it forwards."""
        homes = set(self.servers(service))
        gateways = [one for one in self.wiring.manifests.values() if one.gateway_to]
        return any(homes & {gateway.name, *gateway.gateway_to} for gateway in gateways)


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


def _messages(scope: str, messages: Iterable[DescriptorProto]) -> Iterator[tuple[str, DescriptorProto]]:
    for message in messages:
        name = f"{scope}.{message.name}"
        yield name, message
        yield from _messages(name, message.nested_type)


def _type_of(field: FieldDescriptorProto) -> str:
    return field.type_name.removeprefix(".") or FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
