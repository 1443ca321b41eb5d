"""Puts the parts of the feature together, for the composition root and for tests."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from todo_runtime.clock import Clock
from todo_runtime.db import Database
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Servicer

from services.chat_api.access.cache import AccessCache
from services.chat_api.tasks.events import TaskEvents
from services.chat_api.tasks.rpc.batches import TaskBatchRpc
from services.chat_api.tasks.rpc.changes import TaskChangeRpc
from services.chat_api.tasks.rpc.lists import TaskListRpc
from services.chat_api.tasks.rpc.saved_filters import SavedFilterRpc
from services.chat_api.tasks.rpc.tags import TagRpc
from services.chat_api.tasks.rpc.tasks import TaskRpc
from services.chat_api.tasks.service.batches import TaskBatchService
from services.chat_api.tasks.service.lists import TaskListService
from services.chat_api.tasks.service.moves import MoveService
from services.chat_api.tasks.service.saved_filters import SavedFilterService
from services.chat_api.tasks.service.snooze import SnoozeService
from services.chat_api.tasks.service.tags import TagService
from services.chat_api.tasks.service.tasks import TaskService
from services.chat_api.tasks.service.undo import UndoService
from services.chat_api.tasks.writing.unit_of_work import TaskUnitOfWork


@dataclass(frozen=True, slots=True)
class TaskFeature:
    """The services of tasks, which share one unit of work, so that changes of a workspace wait in one queue."""

    units: TaskUnitOfWork
    tasks: TaskService
    batches: TaskBatchService
    moves: MoveService
    snoozes: SnoozeService
    undos: UndoService
    lists: TaskListService
    tags: TagService
    filters: SavedFilterService

    @classmethod
    def build(
        cls,
        database: Database,
        access: AccessCache,
        events: TaskEvents,
        clock: Clock,
        on_reminder: Callable[[datetime], None] = lambda _fires_at: None,
    ) -> Self:
        """Builds the services. `on_reminder` is called with the instant at which a written reminder fires."""
        units = TaskUnitOfWork(database, access, events, clock, on_reminder)
        return cls(
            units=units,
            tasks=TaskService(database, access, units, events, clock, on_reminder),
            batches=TaskBatchService(units),
            moves=MoveService(units),
            snoozes=SnoozeService(units),
            undos=UndoService(units),
            lists=TaskListService(database, access, units),
            tags=TagService(database, access, units),
            filters=SavedFilterService(database, access, units),
        )

    def servicers(self, access: AccessCache, pages: PageTokens) -> list[Servicer]:
        """The gRPC edge: each serves some methods of TaskService."""
        return [
            TaskRpc(self.tasks, access, pages),
            TaskBatchRpc(self.tasks, self.batches, access),
            TaskChangeRpc(self.moves, self.snoozes, self.undos, access),
            TagRpc(self.tags, access, pages),
            TaskListRpc(self.lists, access, pages),
            SavedFilterRpc(self.filters, access, pages),
        ]
