"""Processes batches of undecoded records, for a consumer that stores the bytes."""

from collections.abc import Sequence

from todo_runtime.db import Database, Transaction
from todo_runtime.kafka.dead_letters import DeadLetters
from todo_runtime.kafka.processor import BatchEffect, Item, Processor, with_meta
from todo_runtime.wire.record import Record


class RawProcessor(Processor):
    """Passes whole batches to one function; messages without valid headers become dead letters first."""

    def __init__(self, name: str, database: Database, dead_letters: DeadLetters, effect: BatchEffect) -> None:
        super().__init__(name, database, dead_letters)
        self._effect = effect

    async def parse(self, records: Sequence[Record]) -> list[Item]:
        """Parses headers only."""
        return [with_meta(record) for record in records]

    async def prepare(self, items: Sequence[Item]) -> None:
        """Does nothing."""

    async def effect(self, tx: Transaction, items: Sequence[Item]) -> None:
        """Passes the batch on."""
        batch = [(item.record, item.meta) for item in items if item.meta]
        if batch:
            await self._effect(tx, batch)
