"""What the matrix found: a cell for each writer and reader of a contract; a table for people, JSON for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby


@dataclass(frozen=True)
class Cell:
    """One writer read by one reader. `kind`: avro or protobuf; `examples` are golden ones, `generated` random ones.

    `failure` says what was read wrongly, with the smallest input that shows it; empty where all went well.
    """

    kind: str
    contract: str
    writer: str
    reader: str
    examples: int
    generated: int
    failure: str = ""


@dataclass(frozen=True)
class Report:
    """All cells, by contract."""

    cells: tuple[Cell, ...]

    @property
    def failures(self) -> list[Cell]:
        """The cells in which something was read wrongly."""
        return [cell for cell in self.cells if cell.failure]

    def __str__(self) -> str:
        lines = [line for _, group in groupby(self.cells, _row) for line in _lines(list(group))]
        inputs = sum(cell.examples + cell.generated for cell in self.cells)
        counts = f"{len(self.cells)} cells, {inputs} messages, {len(self.failures)} failed"
        return "\n".join([*lines, counts])

    def json(self) -> str:
        """`{"cells": [{kind, contract, writer, reader, examples, generated, failure}], "failed": number}`."""
        cells = [asdict(cell) for cell in self.cells]
        return json.dumps({"cells": cells, "failed": len(self.failures)}, indent=2)


def _row(cell: Cell) -> tuple[str, str]:
    """Events have a line each, messages one for their package."""
    return cell.kind, cell.contract if cell.kind == "avro" else _package(cell.contract)


def _package(message: str) -> str:
    parts = message.split(".")
    return ".".join(parts[: next((n for n, part in enumerate(parts) if part[:1].isupper()), len(parts))])


def _lines(cells: list[Cell]) -> Iterator[str]:
    writers = ", ".join(dict.fromkeys(cell.writer for cell in cells))
    readers = ", ".join(dict.fromkeys(cell.reader for cell in cells))
    failed = [cell for cell in cells if cell.failure]
    verdict = f"{len(failed)} FAILED" if failed else "ok"
    inputs = sum(cell.examples + cell.generated for cell in cells)
    _, name = _row(cells[0])
    yield f"{name:<46} written by {writers:<20} read by {readers:<20} {inputs:>6} messages  {verdict}"
    for cell in failed:
        yield f"    {cell.contract}: written by {cell.writer}, read by {cell.reader}: {cell.failure}"
