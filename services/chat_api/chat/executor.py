"""Executes the commands of a message by the services that TaskService runs, and says what was done.

Guarantees: executed again under the same request, they have one effect; what the rules of tasks refuse becomes a
sentence of the reply, what may succeed later is raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

import orjson
from todo_runtime.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, RetryLater
from todo_runtime.idempotency import Replay, Request, RequestKey

from services.chat_api.access.model import Actor
from services.chat_api.chat import replies, translate
from services.chat_api.chat.interpreter import (
    Add,
    ByWords,
    Change,
    Complete,
    Courtesy,
    Delete,
    Edit,
    Help,
    List,
    Memory,
    ParsedLine,
    Reopen,
    Search,
    TargetedCommand,
    Undo,
    Unknown,
)
from services.chat_api.chat.model import Answer, Intent
from services.chat_api.chat.plan import MessagePlan, Resolution
from services.chat_api.chat.resolver import to_task_ref
from services.chat_api.shared.resource_names import TaskName, parse_task_name
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.domain.order_by import BY_DUE
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.service.tasks import TaskService
from services.chat_api.tasks.service.undo import Undone, UndoService

_REFUSALS = (FailedPrecondition, InvalidArgument, NotFound, PermissionDenied)
_ATTEMPTS = 3
_INTENTS = {Complete: Intent.COMPLETE, Reopen: Intent.REOPEN, Delete: Intent.DELETE, Change: Intent.CHANGE}


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The answer to one line, and what it adds to the memory of the conversation."""

    answer: Answer
    memory: Memory = field(default_factory=Memory)


class CommandExecutor:
    """Executes one plan for one person; the key of its message makes every step idempotent."""

    def __init__(
        self, tasks: TaskService, undos: UndoService, actor: Actor, plan: MessagePlan, key: RequestKey
    ) -> None:
        self._tasks = tasks
        self._undos = undos
        self._actor = replace(actor, time_zone=plan.zone.key)
        self._plan = plan
        self._workspace = str(plan.workspace)
        self._key = key
        self._now, self._zone = plan.sent_at, plan.zone

    async def execute(self) -> list[CommandResult]:
        """Executes the plan, line by line."""
        lines = enumerate(zip(self._plan.lines, self._plan.resolutions, strict=True))
        return [await self._execute_line(number, line, resolution) for number, (line, resolution) in lines]

    async def _execute_line(self, number: int, line: ParsedLine, resolution: Resolution) -> CommandResult:
        match line.command:
            case Add() as command:
                return await self._add(number, command)
            case List() as command:
                return await self._list(command)
            case Search() as command:
                return await self._search(command)
            case Undo():
                return await self._undo(number)
            case Help():
                suggestions = ("list", "what's due today?")
                return CommandResult(Answer(replies.explain_commands(), Intent.HELP, suggestions=suggestions))
            case Courtesy():
                return CommandResult(Answer("You're welcome.", Intent.OTHER))
            case Unknown() as command:
                reply = command.reply or replies.explain_not_understood(command.suggestions)
                return CommandResult(Answer(reply, Intent.UNKNOWN, suggestions=command.suggestions))
            case command:
                return await self._execute_targeted(number, line.text, command, resolution)

    async def _add(self, number: int, command: Add) -> CommandResult:
        try:
            draft = translate.to_draft(command.draft, self._zone)
            request = self._request(number, 0)
            task = await self._current(await self._tasks.create_task(self._actor, self._workspace, draft, request))
        except _REFUSALS as error:
            return CommandResult(Answer(error.message, Intent.ADD))
        reply = replies.describe_added(task, self._now, self._zone)
        answer = Answer(reply, Intent.ADD, (task,), ("list", "done it"))
        return CommandResult(answer, Memory(mentioned=(to_task_ref(task),)))

    async def _list(self, command: List) -> CommandResult:
        query = translate.to_query(command.query, self._now, self._zone, replies.SHOWN + 1)
        tasks = await self._tasks.list_tasks(self._actor, self._workspace, query)
        if command.query.completed:
            tasks.sort(key=lambda task: task.completed_at or self._now, reverse=True)
        reply = replies.describe_list(command.query, tasks, self._now, self._zone)
        if command.query.label == "due today":
            reply += await self._overdue_hint()
        return _show(reply, Intent.LIST, tasks)

    async def _overdue_hint(self) -> str:
        today = self._now.astimezone(self._zone).date()
        query = TaskQuery(overdue=(self._now, today), due_to=today, limit=replies.SHOWN)
        overdue = [
            task
            for task in await self._tasks.list_tasks(self._actor, self._workspace, query)
            if task.due is not None and task.due.date < today
        ]
        return "\n" + replies.describe_overdue(len(overdue)) if overdue else ""

    async def _search(self, command: Search) -> CommandResult:
        hits = await self._tasks.search_tasks(self._actor, self._workspace, command.words, replies.SHOWN + 1)
        tasks = [task for task, _rank in hits]
        return _show(replies.describe_search(command.words, tasks, self._now, self._zone), Intent.SEARCH, tasks)

    async def _undo(self, number: int) -> CommandResult:
        request = Request(self._step_key(number, 0), _encode_undone)
        try:
            undone = await self._undos.undo(self._actor, self._workspace, request=request)
        except (Aborted, *_REFUSALS) as error:
            return CommandResult(Answer(error.message, Intent.CHANGE, suggestions=("list",)))
        if isinstance(undone, Replay):
            undone = await self._replayed_undo(undone)
        present = tuple(to_task_ref(task) for task in undone.tasks if task.deleted_at is None)
        answer = Answer(undone.summary, Intent.CHANGE, tuple(undone.tasks), ("undo", "list"))
        return CommandResult(answer, Memory(mentioned=present))

    async def _replayed_undo(self, replay: Replay) -> Undone:
        """What an earlier undo did, with the tasks as they are now."""
        summary, ids = orjson.loads(replay.answer)
        query = TaskQuery(status=None, ids=tuple(map(UUID, ids)), limit=len(ids), show_deleted=True)
        return Undone(await self._tasks.list_tasks(self._actor, self._workspace, query) if ids else [], summary)

    async def _execute_targeted(
        self, number: int, text: str, command: TargetedCommand, resolution: Resolution
    ) -> CommandResult:
        intent = _INTENTS[type(command)]
        if resolution.ambiguous:
            return await self._clarify(text, resolution)
        if not resolution.tasks:
            words = resolution.missing or (command.target.text if isinstance(command.target, ByWords) else "")
            reply = replies.explain_no_match(words, intent)
            return CommandResult(Answer(reply, intent, suggestions=("list", f"add {words}")))
        changed: list[Task] = []
        refused: list[str] = []
        for index, task in enumerate(resolution.tasks):
            try:
                result = await self._apply(command, parse_task_name(task.name), self._request(number, index))
                changed.append(await self._current(result))
            except _REFUSALS as error:
                refused.append(f"“{task.title}”: {error.message}")
        return self._describe_changes(intent, changed, refused)

    def _describe_changes(self, intent: Intent, changed: Sequence[Task], refused: Sequence[str]) -> CommandResult:
        if intent is Intent.CHANGE:
            sentences = [replies.describe_changed(task, self._now, self._zone) for task in changed]
        else:
            fresh = [task for task in changed if task.updated_at >= self._now]
            unchanged = [to_task_ref(task) for task in changed if task.updated_at < self._now]
            sentences = [replies.describe_status_changes(intent, fresh, unchanged)] if changed else []
        suggestions = ("list", "reopen it") if intent is Intent.COMPLETE else ("list",)
        answer = Answer("\n".join([*sentences, *refused]), intent, tuple(changed), suggestions)
        return CommandResult(answer, Memory(mentioned=tuple(to_task_ref(task) for task in changed)))

    async def _clarify(self, text: str, resolution: Resolution) -> CommandResult:
        ids = tuple(parse_task_name(task.name).task for task in resolution.tasks[: replies.SHOWN])
        query = TaskQuery(status=None, ids=ids, order=BY_DUE, limit=replies.SHOWN)
        tasks = await self._tasks.list_tasks(self._actor, self._workspace, query)
        return _show(replies.ask_which(tasks, self._now, self._zone), Intent.CLARIFY, tasks, pending=text)

    async def _apply(self, command: TargetedCommand, name: TaskName, request: Request[Task]) -> Task | Replay:
        match command:
            case Complete():
                return await self._tasks.complete_task(self._actor, name, request=request)
            case Reopen():
                return await self._tasks.reopen_task(self._actor, name, request=request)
            case Delete():
                return await self._tasks.delete_task(self._actor, name, request=request)
            case Change(edit=edit):
                return await self._edit_task(name, edit, request)

    async def _edit_task(self, name: TaskName, edit: Edit, request: Request[Task]) -> Task | Replay:
        """Reads, changes and writes; again when somebody else was faster."""
        for _attempt in range(_ATTEMPTS):
            task = await self._tasks.get_task(self._actor, name)
            draft, fields = translate.to_change(task, edit, self._now, self._zone)
            try:
                return await self._tasks.update_task(self._actor, name, draft, fields, task.etag, request)
            except Aborted:
                continue
        raise RetryLater("Others are changing the same task just now.")

    async def _current(self, result: Task | Replay) -> Task:
        """The task after a step; as it is now, when the step was executed before."""
        if isinstance(result, Replay):
            return await self._tasks.get_task(self._actor, TaskName(self._workspace, UUID(bytes=result.answer)))
        return result

    def _request(self, line: int, step: int) -> Request[Task]:
        return Request(self._step_key(line, step), _encode_task_id)

    def _step_key(self, line: int, step: int) -> RequestKey:
        """What identifies one step of one line: it follows from the key of the message."""
        return replace(self._key, request_id=uuid5(self._key.request_id, f"{line}.{step}"))


def _show(reply: str, intent: Intent, tasks: Sequence[Task], pending: str = "") -> CommandResult:
    """A numbered list, which the next message may refer to."""
    shown = tuple(tasks[: replies.SHOWN])
    refs = tuple(to_task_ref(task) for task in shown)
    suggestions = ("done 1", "move 1 to tomorrow") if shown else ("add buy milk tomorrow at 9",)
    return CommandResult(Answer(reply, intent, shown, suggestions), Memory(refs, refs, pending))


def _encode_task_id(task: Task) -> bytes:
    return task.id.bytes


def _encode_undone(undone: Undone) -> bytes:
    return orjson.dumps([undone.summary, [str(task.id) for task in undone.tasks]])
