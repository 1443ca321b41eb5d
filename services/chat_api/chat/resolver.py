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
from services.chat_api.shared.resource_names import task_of
from services.chat_api.tasks.domain.model import Status, Task
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.service.tasks import TaskService

_MATCHES = 200
_LOOKED_AT = 500


async def resolve(tasks: TaskService, actor: Actor, workspace: str, command: Command) -> Resolution:
    """What the words of a command mean; nothing for a command that has none."""
    if not isinstance(command, TargetedCommand):
        return Resolution()
    if not isinstance(command.target, ByWords):
        return Resolution(command.target.tasks)
    preferred = _preferred_statuses(command)
    whole = await _resolve_words(tasks, actor, workspace, command.target.text, preferred)
    if whole.tasks or not command.target.parts:
        return whole
    found = [await _resolve_words(tasks, actor, workspace, part, preferred) for part in command.target.parts]
    unclear = next((one for one in found if one.ambiguous or one.missing), None)
    return unclear or Resolution(tuple(dict.fromkeys(task for one in found for task in one.tasks)))


def to_task_ref(task: Task) -> TaskRef:
    """A task as a conversation remembers it."""
    return TaskRef(task_of(task.workspace_id, task.id), task.title)


def _preferred_statuses(command: TargetedCommand) -> Collection[Status]:
    if isinstance(command, Reopen):
        return (Status.COMPLETED, Status.DROPPED)
    return tuple(Status) if isinstance(command, Delete) else (Status.OPEN,)


async def _resolve_words(
    tasks: TaskService, actor: Actor, workspace: str, words: str, preferred: Collection[Status]
) -> Resolution:
    """The task in a preferred state that fits; else the one in another state that was changed last."""
    some = await tasks.list_tasks(actor, workspace, TaskQuery(status=None, words=words, limit=_MATCHES))
    fitting = _match(words, [task for task in some if task.status in preferred])
    if not fitting:
        state = Status.OPEN if Status.OPEN in preferred else Status.COMPLETED
        many = await tasks.list_tasks(actor, workspace, TaskQuery(status=state, limit=_LOOKED_AT))
        fitting = _match(words, many)
    if fitting:
        return Resolution(fitting, ambiguous=len(fitting) > 1)
    others = sorted((task for task in some), key=lambda task: task.updated_at, reverse=True)
    return Resolution(_match(words, others)[:1], missing="" if _match(words, others) else words)


def _match(words: str, tasks: Sequence[Task]) -> tuple[TaskRef, ...]:
    return find_best_matches(words, [to_task_ref(task) for task in tasks])
