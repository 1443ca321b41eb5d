"""Finds the tasks that the words of a message mean. Reads only."""

from collections.abc import Collection, Sequence

from services.chat_api.access.model import Actor
from services.chat_api.chat.interpreter import (
    ByWords,
    Command,
    Delete,
    Reopen,
    TargetedCommand,
    TaskRef,
    find_best_matches,
)
from services.chat_api.chat.plan import Resolution
from services.chat_api.shared.resource_names import task_name
from services.chat_api.tasks.domain.model import Status, Task
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.service.tasks import TaskService

_MATCHES = 200
_CANDIDATES = 500


async def resolve(tasks: TaskService, actor: Actor, workspace: str, command: Command) -> Resolution:
    """The tasks that a command is about; none for a command without a target."""
    if not isinstance(command, TargetedCommand):
        return Resolution()
    if not isinstance(command.target, ByWords):
        return Resolution(command.target.tasks)
    preferred = _preferred_statuses(command)
    whole = await _resolve_words(tasks, actor, workspace, command.target.text, preferred)
    if whole.tasks or not command.target.parts:
        return whole
    parts = [await _resolve_words(tasks, actor, workspace, part, preferred) for part in command.target.parts]
    unclear = next((part for part in parts if part.ambiguous or part.missing), None)
    return unclear or Resolution(tuple(dict.fromkeys(task for part in parts for task in part.tasks)))


def to_task_ref(task: Task) -> TaskRef:
    """A task as a conversation remembers it."""
    return TaskRef(task_name(task.workspace_id, task.id), task.title)


def _preferred_statuses(command: TargetedCommand) -> Collection[Status]:
    if isinstance(command, Reopen):
        return (Status.COMPLETED, Status.DROPPED)
    return tuple(Status) if isinstance(command, Delete) else (Status.OPEN,)


async def _resolve_words(
    tasks: TaskService, actor: Actor, workspace: str, words: str, preferred: Collection[Status]
) -> Resolution:
    """The task in a preferred status that matches; else the one in another status that was changed last."""
    having_words = await tasks.list_tasks(actor, workspace, TaskQuery(status=None, words=words, limit=_MATCHES))
    matches = _match(words, [task for task in having_words if task.status in preferred])
    if not matches:
        # The database takes the last word alone also as a prefix, the matching here takes each.
        status = Status.OPEN if Status.OPEN in preferred else Status.COMPLETED
        candidates = await tasks.list_tasks(actor, workspace, TaskQuery(status=status, limit=_CANDIDATES))
        matches = _match(words, candidates)
    if matches:
        return Resolution(matches, ambiguous=len(matches) > 1)
    latest = _match(words, sorted(having_words, key=lambda task: task.updated_at, reverse=True))[:1]
    return Resolution(latest, missing="" if latest else words)


def _match(words: str, tasks: Sequence[Task]) -> tuple[TaskRef, ...]:
    return find_best_matches(words, [to_task_ref(task) for task in tasks])
