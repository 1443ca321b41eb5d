"""Batches of records as they are, for a consumer that keeps the bytes."""

from collections.abc import Sequence

from todo_runtime.db import Database, Transaction
from todo_runtime.kafka.dead_letters import DeadLetters
from todo_runtime.kafka.processor import EffectOfBatch, Item, Processor, with_meta
from todo_runtime.wire.record import Record


class RawProcessor(Processor):
    """Gives whole batches to one function; only messages without usable headers become dead letters before that."""

    def __init__(self, name: str, database: Database, dead_letters: DeadLetters, effect: EffectOfBatch) -> None:
        super().__init__(name, database, dead_letters)
        self._effect = effect

    async def parse(self, records: Sequence[Record]) -> list[Item]:
        """Headers only."""
        return [with_meta(record) for record in records]

    async def prepare(self, items: Sequence[Item]) -> None:
        """Nothing to prepare."""

    async def effect(self, tx: Transaction, items: Sequence[Item]) -> None:
        """Hands the batch over."""
        batch = [(item.record, item.meta) for item in items if item.meta]
        if batch:
            await self._effect(tx, batch)
