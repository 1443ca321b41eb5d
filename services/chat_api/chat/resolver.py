"""Finds the tasks that the words of a message mean. Reads only."""

from collections.abc import Collection, Sequence

from services.chat_api.access.model import (
    Actor,
)
from services.chat_api.chat.interpreter import (
    Acting,
    ByWords,
    Command,
    Delete,
    Listed,
    Reopen,
    best_matches,
)
from services.chat_api.chat.plan import Finding
from services.chat_api.shared.resource_names import task_of
from services.chat_api.tasks.domain.model import (
    Status,
    Task,
)
from services.chat_api.tasks.domain.queries import TaskQuery
from services.chat_api.tasks.service.tasks import TaskHandlers

_MATCHES = 200
_LOOKED_AT = 500


async def find(tasks: TaskHandlers, actor: Actor, workspace: str, command: Command) -> Finding:
    """What the words of a command mean; nothing for a command that has none."""
    if not isinstance(command, Acting):
        return Finding()
    if not isinstance(command.target, ByWords):
        return Finding(command.target.tasks)
    preferred = _preferred(command)
    whole = await _one(tasks, actor, workspace, command.target.text, preferred)
    if whole.tasks or not command.target.parts:
        return whole
    found = [await _one(tasks, actor, workspace, part, preferred) for part in command.target.parts]
    unclear = next((one for one in found if one.ambiguous or one.missing), None)
    return unclear or Finding(tuple(dict.fromkeys(task for one in found for task in one.tasks)))


def listed(task: Task) -> Listed:
    """A task as a conversation remembers it."""
    return Listed(task_of(task.workspace_id, task.id), task.title)


def _preferred(command: Acting) -> Collection[Status]:
    if isinstance(command, Reopen):
        return (Status.COMPLETED, Status.DROPPED)
    return tuple(Status) if isinstance(command, Delete) else (Status.OPEN,)


async def _one(tasks: TaskHandlers, actor: Actor, workspace: str, words: str, preferred: Collection[Status]) -> Finding:
    """The task in a preferred state that fits; else the one in another state that was changed last."""
    some = await tasks.list_tasks(actor, workspace, TaskQuery(status=None, words=words, limit=_MATCHES))
    fitting = _fitting(words, [task for task in some if task.status in preferred])
    if not fitting:
        state = Status.OPEN if Status.OPEN in preferred else Status.COMPLETED
        many = await tasks.list_tasks(actor, workspace, TaskQuery(status=state, limit=_LOOKED_AT))
        fitting = _fitting(words, many)
    if fitting:
        return Finding(fitting, ambiguous=len(fitting) > 1)
    others = sorted((task for task in some), key=lambda task: task.updated_at, reverse=True)
    return Finding(_fitting(words, others)[:1], missing="" if _fitting(words, others) else words)


def _fitting(words: str, tasks: Sequence[Task]) -> tuple[Listed, ...]:
    return best_matches(words, [listed(task) for task in tasks])
