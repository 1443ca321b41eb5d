"""All that TaskService does, put together: one writer, whose lanes they share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from todo_runtime.clock import Clock
from todo_runtime.db import Database

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.tasks.filtering import Context
from services.chat_api.tasks.service.batches import TaskBatchHandlers
from services.chat_api.tasks.service.lists import TaskListHandlers
from services.chat_api.tasks.service.moves import MoveHandler
from services.chat_api.tasks.service.saved_filters import SavedFilterHandlers
from services.chat_api.tasks.service.snooze import SnoozeHandler
from services.chat_api.tasks.service.tags import TagHandlers
from services.chat_api.tasks.service.tasks import TaskHandlers
from services.chat_api.tasks.service.undo import UndoHandler
from services.chat_api.tasks.writing.events import TaskEvents


@dataclass(frozen=True, slots=True)
class TaskUseCases:
    """The use cases of TaskService."""

    tasks: TaskHandlers
    batches: TaskBatchHandlers
    moving: MoveHandler
    snoozing: SnoozeHandler
    undoing: UndoHandler
    lists: TaskListHandlers
    tags: TagHandlers
    filters: SavedFilterHandlers
    clock: Clock

    def asking(self, actor: Actor) -> Context:
        """What a filter means that somebody gives now."""
        return Context(actor.user_id, actor.time_zone, self.clock.now())

    @classmethod
    def build(
        cls,
        database: Database,
        access: AccessCache,
        events: TaskEvents,
        clock: Clock,
        on_reminder: Callable[[datetime], None] = lambda _moment: None,
    ) -> Self:
        """Puts them together. `on_reminder` is called with the moment of each reminder written."""
        tasks = TaskHandlers(database, access, events, clock, on_reminder)
        writer = tasks.writer
        return cls(
            tasks=tasks,
            batches=TaskBatchHandlers(access, writer, clock),
            moving=MoveHandler(access, writer, clock),
            snoozing=SnoozeHandler(access, writer, clock),
            undoing=UndoHandler(access, writer, clock),
            lists=TaskListHandlers(database, access, writer, clock),
            tags=TagHandlers(database, access, writer, clock),
            filters=SavedFilterHandlers(database, access, writer, clock),
            clock=clock,
        )
