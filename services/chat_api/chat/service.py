"""Answers messages: plans what a message means, executes it, and keeps the answer.

What makes a message idempotent without a lock: its plan is written before its first effect, and the plan that was
written first counts for every repeat; each step then runs under an id that follows from the message's own; the answer
is written last, together with what the conversation is to remember, and the answer that was written first is the one
that every repeat gets. Whoever got it, first or repeated, remembers it: where that failed, the repeat makes up for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import RetryLater
from todo_runtime.idempotency import Replay, Request, RequestKey
from todo_runtime.ids import uuid7
from todo_runtime.state import StateStore

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.chat import store
from services.chat_api.chat.conversations import conversation_not_found
from services.chat_api.chat.executor import CommandExecutor
from services.chat_api.chat.interpreter import Memory
from services.chat_api.chat.memory import Recalled, recall, remember
from services.chat_api.chat.model import Answer, Author, Intent, Message
from services.chat_api.chat.plan import MessagePlan
from services.chat_api.chat.resolver import resolve
from services.chat_api.chat.store import SentAnswer, SentMessage
from services.chat_api.shared.local_time import zone_of
from services.chat_api.shared.resource_names import task_name
from services.chat_api.tasks.service.tasks import TaskService
from services.chat_api.tasks.service.undo import UndoService

_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message: the text, the conversation (None: the default one), the workspace's part of its name, and the zone
    that it is meant in (empty: the person's own).
    """

    text: str
    conversation: UUID | None
    workspace: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class ChatResponse:
    """An answer, and the conversation that it is a part of."""

    conversation: UUID
    answer: Answer


class ChatService:
    """Takes messages and answers them."""

    def __init__(
        self,
        database: Database,
        access: AccessCache,
        tasks: TaskService,
        undos: UndoService,
        state: StateStore,
        clock: Clock,
    ) -> None:
        self._database = database
        self._access = access
        self._tasks = tasks
        self._undos = undos
        self._state = state
        self._clock = clock

    async def send_message(
        self, actor: Actor, message: IncomingMessage, request: Request[ChatResponse]
    ) -> ChatResponse | Replay:
        """Answers a message; a repeat of the request gets the first answer.

        Raises RetryLater when the answer is kept but couldn't be remembered: then a repeat does that.
        """
        sent, recalled = await self._begin(actor, message, request.key)
        if sent.answer is not None:
            await self._remember(sent, sent.answer)
            return Replay(sent.answer.response)
        results = await CommandExecutor(self._tasks, self._undos, actor, sent.plan, request.key).execute()
        response = ChatResponse(sent.conversation, _combine_answers([result.answer for result in results]))
        answer = SentAnswer(request.encode(response), _combine_memories([result.memory for result in results]))
        kept = await self._finish(actor.user_id, request.key, response, answer)
        if kept is not None:
            await self._remember(sent, kept, recalled)
        return response if kept is None or kept is answer else Replay(kept.response)

    async def _begin(
        self, actor: Actor, message: IncomingMessage, key: RequestKey
    ) -> tuple[SentMessage, Recalled | None]:
        """The message with its plan, which is made unless a repeat has done so, and what was recalled for it."""
        async with self._database.transaction(actor.user_id) as tx:
            sent = await store.get_sent_message(tx, actor.user_id, key)
            conversation = None if sent else await store.get_conversation(tx, actor.user_id, message.conversation)
        if sent is not None:
            return sent, None
        workspace = await self._access.open(actor.user_id, message.workspace)
        zone = zone_of(message.time_zone or actor.time_zone, "time_zone")
        if conversation is None and message.conversation is not None:
            raise conversation_not_found(message.conversation)
        id_ = None if conversation is None else conversation.id
        recalled = Recalled() if id_ is None else await recall(self._state, id_)
        plan = await self._make_plan(actor, message.text, zone, workspace, recalled.memory.memory)
        return await self._keep_plan(actor.user_id, key, id_, plan, recalled.memory.sequence), recalled

    async def _make_plan(self, actor: Actor, text: str, zone: ZoneInfo, workspace: UUID, memory: Memory) -> MessagePlan:
        plan = MessagePlan(text, self._clock.now(), zone, workspace, memory)
        resolutions = [await resolve(self._tasks, actor, str(workspace), line.command) for line in plan.lines]
        return replace(plan, resolutions=tuple(resolutions))

    async def _keep_plan(
        self, user: UUID, key: RequestKey, conversation: UUID | None, plan: MessagePlan, after: int
    ) -> SentMessage:
        """The message with this plan, or with that of a repeat that was faster. No conversation: the default one."""

        async def keep(tx: Transaction) -> SentMessage:
            id_ = conversation or await _open_default_conversation(tx, user, plan.sent_at)
            if not await store.touch_conversation(tx, user, id_, _to_name(plan.text), plan.sent_at):
                raise conversation_not_found(id_)
            sent = await store.insert_sent_message(tx, user, key, id_, plan, after)
            if sent is not None:
                await store.insert_message(tx, user, id_, Message(uuid7(), Author.PERSON, plan.text, (), plan.sent_at))
                return sent
            return await _require_sent_message(tx, user, key)

        return await self._database.run(keep, user)

    async def _finish(
        self, user: UUID, key: RequestKey, response: ChatResponse, answer: SentAnswer
    ) -> SentAnswer | None:
        """Keeps the answer; that of a repeat that was faster; None when the conversation was deleted meanwhile."""
        names = tuple(task_name(task.workspace_id, task.id) for task in response.answer.tasks)

        async def finish(tx: Transaction) -> SentAnswer | None:
            now = self._clock.now()
            if not await store.touch_conversation(tx, user, response.conversation, "", now):
                return None
            if not await store.keep_answer(tx, user, key.request_id, answer):
                return (await _require_sent_message(tx, user, key)).answer
            message = Message(uuid7(), Author.ASSISTANT, response.answer.reply, names, now)
            await store.insert_message(tx, user, response.conversation, message)
            return answer

        return await self._database.run(finish, user)

    async def _remember(self, sent: SentMessage, answer: SentAnswer, recalled: Recalled | None = None) -> None:
        if answer.memory is not None:
            await remember(self._state, sent.conversation, answer.memory, sent.sequence, recalled)


async def _open_default_conversation(tx: Transaction, user: UUID, now: datetime) -> UUID:
    created = await store.insert_conversation(tx, user, uuid7(), "", now, default=True, request_id=None)
    conversation = created or await store.get_conversation(tx, user, None)
    if conversation is None:
        raise RetryLater("The conversation was deleted just now.")
    return conversation.id


async def _require_sent_message(tx: Transaction, user: UUID, key: RequestKey) -> SentMessage:
    sent = await store.get_sent_message(tx, user, key)
    if sent is None:
        raise RetryLater("The message was deleted just now.")
    return sent


def _combine_answers(answers: Sequence[Answer]) -> Answer:
    if len(answers) == 1:
        return answers[0]
    intents = {answer.intent for answer in answers}
    return Answer(
        reply="\n".join(answer.reply for answer in answers),
        intent=intents.pop() if len(intents) == 1 else Intent.OTHER,
        tasks=tuple({task.id: task for answer in answers for task in answer.tasks}.values()),
        suggestions=answers[-1].suggestions,
    )


def _combine_memories(memories: Sequence[Memory]) -> Memory:
    """The list that was shown last, all tasks that were mentioned, and the question that is open at the end."""
    listed = next((memory.listed for memory in reversed(memories) if memory.listed), ())
    mentioned = tuple(task for memory in memories for task in memory.mentioned)
    return Memory(listed, mentioned, memories[-1].pending)


def _to_name(text: str) -> str:
    """The beginning of a message, as a name for its conversation."""
    line = " ".join(text.split())
    return line if len(line) <= _NAME_LENGTH else f"{line[: _NAME_LENGTH - 1]}…"
