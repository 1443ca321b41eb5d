"""Carries out what a message means, by the very handlers that TaskService runs, and says what was done.

Guarantees: carried out twice under the same request, it has one effect; what the rules of tasks refuse becomes a
sentence of the reply, what may succeed later is raised.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias
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
    Command,
    Complete,
    Courtesy,
    Delete,
    Edit,
    Help,
    List,
    ParsedLine,
    Reopen,
    Search,
    TargetedCommand,
    TaskRef,
    Undo,
    Unknown,
)
from services.chat_api.chat.model import Answer, Intent
from services.chat_api.chat.plan import MessagePlan, Resolution
from services.chat_api.chat.resolver import to_task_ref
from services.chat_api.shared.resource_names import TaskName, task_name
from services.chat_api.tasks.domain.model import Task
from services.chat_api.tasks.domain.order_by import BY_DUE
from services.chat_api.tasks.filtering.queries import TaskQuery
from services.chat_api.tasks.service.tasks import TaskService
from services.chat_api.tasks.service.undo import Undone, UndoService

_REFUSALS = (FailedPrecondition, InvalidArgument, NotFound, PermissionDenied)
_ATTEMPTS = 3
_INTENTS = {Complete: Intent.COMPLETE, Reopen: Intent.REOPEN, Delete: Intent.DELETE, Change: Intent.CHANGE}

Step: TypeAlias = Callable[[Actor, TaskName, Request[Task]], Awaitable[Task | Replay]]


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The answer to one line, and what the conversation is to remember of it."""

    answer: Answer
    listed: tuple[TaskRef, ...] = ()
    mentioned: tuple[TaskRef, ...] = ()
    pending: str = ""


class CommandExecutor:
    """One message on its way: the person, the premises, and the request that makes every step idempotent."""

    def __init__(
        self, tasks: TaskService, undos: UndoService, actor: Actor, premises: MessagePlan, request: RequestKey
    ) -> None:
        self._tasks = tasks
        self._undos = undos
        self._actor = replace(actor, time_zone=premises.zone.key)
        self._premises = premises
        self._workspace = str(premises.workspace)
        self._request = request
        self._now, self._zone = premises.said_at, premises.zone

    async def line(self, number: int, reading: ParsedLine, finding: Resolution) -> CommandResult:
        """Carries out one line of the message."""
        match reading.command:
            case Add() as command:
                return await self._add(number, command)
            case List() as command:
                return await self._list(command)
            case Search() as command:
                return await self._search(command)
            case Undo():
                return await self._undo(number)
            case Help():
                return CommandResult(
                    Answer(replies.explain_commands(), Intent.HELP, suggestions=("list", "what's due today?"))
                )
            case Courtesy():
                return CommandResult(Answer("You're welcome.", Intent.OTHER))
            case Unknown() as command:
                reply = command.reply or replies.explain_not_understood(command.suggestions)
                return CommandResult(Answer(reply, Intent.UNKNOWN, suggestions=command.suggestions))
            case _ as command:
                return await self._act(number, reading, command, finding)

    async def _add(self, number: int, command: Add) -> CommandResult:
        try:
            draft = translate.to_draft(command.draft, self._zone)
            task = await self._once(
                lambda request: self._tasks.create_task(self._actor, self._workspace, draft, request), number, 0
            )
        except _REFUSALS as error:
            return CommandResult(Answer(error.message, Intent.ADD))
        reply = replies.describe_added(task, self._now, self._zone)
        return CommandResult(Answer(reply, Intent.ADD, (task,), ("list", "done it")), mentioned=(to_task_ref(task),))

    async def _list(self, command: List) -> CommandResult:
        query = translate.to_query(command.query, self._now, self._zone, replies.SHOWN + 1)
        tasks = await self._tasks.list_tasks(self._actor, self._workspace, query)
        if command.query.completed:
            tasks.sort(key=lambda task: task.completed_at or self._now, reverse=True)
        reply = replies.describe_list(command.query, tasks, self._now, self._zone)
        if command.query.label == "due today":
            reply += await self._overdue_hint()
        return _shown(reply, Intent.LIST, tasks)

    async def _overdue_hint(self) -> str:
        today = self._now.astimezone(self._zone).date()
        query = TaskQuery(overdue=(self._now, today), due_to=today, limit=replies.SHOWN)
        late = [
            task
            for task in await self._tasks.list_tasks(self._actor, self._workspace, query)
            if task.due is not None and task.due.date < today
        ]
        return "\n" + replies.describe_overdue(len(late)) if late else ""

    async def _search(self, command: Search) -> CommandResult:
        found = await self._tasks.search_tasks(self._actor, self._workspace, command.words, replies.SHOWN + 1)
        tasks = [task for task, _rank in found]
        return _shown(replies.describe_search(command.words, tasks, self._now, self._zone), Intent.SEARCH, tasks)

    async def _undo(self, number: int) -> CommandResult:
        request = Request(self._key(number, 0), _undone)
        try:
            undone = await self._undos.undo(self._actor, self._workspace, request=request)
        except (Aborted, *_REFUSALS) as error:
            return CommandResult(Answer(error.message, Intent.CHANGE, suggestions=("list",)))
        if isinstance(undone, Replay):
            summary, ids = orjson.loads(undone.answer)
            query = TaskQuery(status=None, ids=tuple(map(UUID, ids)), limit=len(ids), show_deleted=True)
            tasks = await self._tasks.list_tasks(self._actor, self._workspace, query) if ids else []
        else:
            summary, tasks = undone.summary, undone.tasks
        there = tuple(to_task_ref(task) for task in tasks if task.deleted_at is None)
        return CommandResult(Answer(summary, Intent.CHANGE, tuple(tasks), ("undo", "list")), mentioned=there)

    async def _act(self, number: int, reading: ParsedLine, command: Command, finding: Resolution) -> CommandResult:
        if not isinstance(command, TargetedCommand):
            raise TypeError(f"no way to carry out {type(command).__name__}")
        intent = _INTENTS[type(command)]
        if finding.ambiguous:
            return await self._clarify(reading, finding)
        if not finding.tasks:
            words = finding.missing or (command.target.text if isinstance(command.target, ByWords) else "")
            return CommandResult(
                Answer(replies.explain_no_match(words, intent), intent, suggestions=("list", f"add {words}"))
            )
        done: list[Task] = []
        refused: list[str] = []
        for place, task in enumerate(finding.tasks):
            try:
                done.append(await self._once(self._step(command, task), number, place))
            except _REFUSALS as error:
                refused.append(f"“{task.title}”: {error.message}")
        return self._acted(intent, done, refused)

    def _acted(self, intent: Intent, done: list[Task], refused: list[str]) -> CommandResult:
        if intent is Intent.CHANGE:
            said = [replies.describe_changed(task, self._now, self._zone) for task in done]
        else:
            fresh = [task for task in done if task.updated_at >= self._now]
            stale = [to_task_ref(task) for task in done if task.updated_at < self._now]
            said = [replies.describe_status_changes(intent, fresh, stale)] if done else []
        suggestions = ("list", "reopen it") if intent is Intent.COMPLETE else ("list",)
        answer = Answer("\n".join([*said, *refused]), intent, tuple(done), suggestions)
        return CommandResult(answer, mentioned=tuple(to_task_ref(task) for task in done))

    async def _clarify(self, reading: ParsedLine, finding: Resolution) -> CommandResult:
        ids = [task_name(task.name).task for task in finding.tasks[: replies.SHOWN]]
        query = TaskQuery(status=None, ids=tuple(ids), order=BY_DUE, limit=replies.SHOWN)
        tasks = await self._tasks.list_tasks(self._actor, self._workspace, query)
        reply = replies.ask_which(tasks, self._now, self._zone)
        return replace(_shown(reply, Intent.CLARIFY, tasks), pending=reading.text)

    def _step(self, command: TargetedCommand, task: TaskRef) -> Callable[[Request[Task]], Awaitable[Task | Replay]]:
        name = task_name(task.name)
        match command:
            case Complete():
                return lambda request: self._tasks.complete_task(self._actor, name, request=request)
            case Reopen():
                return lambda request: self._tasks.reopen_task(self._actor, name, request=request)
            case Delete():
                return lambda request: self._tasks.delete_task(self._actor, name, request=request)
            case Change(edit=edit):
                return lambda request: self._change(name, edit, request)

    async def _change(self, name: TaskName, edit: Edit, request: Request[Task]) -> Task | Replay:
        """Reads, changes and writes; again when somebody else was faster."""
        for _attempt in range(_ATTEMPTS):
            task = await self._tasks.get_task(self._actor, name)
            draft, fields = translate.to_change(task, edit, self._now, self._zone)
            try:
                return await self._tasks.update_task(self._actor, name, draft, fields, task.etag, request)
            except Aborted:
                continue
        raise RetryLater("Others are changing the same task just now.")

    async def _once(self, step: Callable[[Request[Task]], Awaitable[Task | Replay]], line: int, place: int) -> Task:
        """One step; when it was carried out before, the task as it is now."""
        done = await step(Request(self._key(line, place), _task_id))
        if isinstance(done, Replay):
            return await self._tasks.get_task(self._actor, TaskName(self._workspace, UUID(bytes=done.answer)))
        return done

    def _key(self, line: int, place: int) -> RequestKey:
        """What identifies one step of one line: it follows from the message's own."""
        id_ = uuid5(self._request.request_id, f"{line}.{place}")
        return RequestKey(id_, self._request.method, self._request.body_hash)


def _undone(undone: Undone) -> bytes:
    return orjson.dumps([undone.summary, [str(task.id) for task in undone.tasks]])


def _shown(reply: str, intent: Intent, tasks: list[Task]) -> CommandResult:
    shown = tuple(tasks[: replies.SHOWN])
    remembered = tuple(to_task_ref(task) for task in shown)
    suggestions = ("done 1", "move 1 to tomorrow") if shown else ("add buy milk tomorrow at 9",)
    return CommandResult(Answer(reply, intent, shown, suggestions), listed=remembered, mentioned=remembered)


def _task_id(task: Task) -> bytes:
    return task.id.bytes
