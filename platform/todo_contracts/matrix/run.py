"""Runs the whole matrix over a repository."""

from todo_contracts.avro_source import load_library
from todo_contracts.descriptors import load_contracts
from todo_contracts.evolution.proto_image import published_files
from todo_contracts.layout import Layout
from todo_contracts.matrix.avro import avro_cells
from todo_contracts.matrix.protos import proto_cells
from todo_contracts.matrix.report import Report

EXAMPLES = 25


def run(layout: Layout, *, count: int = EXAMPLES, only: str = "") -> Report:
    """Every cell, with `count` random messages each; `only` those whose contract's name holds a text.

    Without a published baseline the protobuf contracts are tried beside themselves. Raises ContractError.
    """
    present = load_contracts(layout).files
    published = present
    if layout.published_protos.is_file():
        published = published_files(layout.published_protos.read_bytes(), layout.name(layout.published_protos))
    cells = [*avro_cells(load_library(layout), count, only), *proto_cells(published, present, count, only)]
    return Report(tuple(cells))
