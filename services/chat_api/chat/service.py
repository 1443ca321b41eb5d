"""Talking: takes a message, carries out what it means, and answers.

The order that makes a message idempotent without a lock: its premises are written first, and the first ones written
count for every repeat; each step then runs under an id that follows from the message's own; the answer is written
last, and the first one written is what every repeat gets.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from todo_runtime.clock import Clock
from todo_runtime.db import Database, Transaction
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.idempotency import RequestKey
from todo_runtime.ids import uuid7
from todo_runtime.state import StateStore

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.chat import store
from services.chat_api.chat.conversations import found
from services.chat_api.chat.executor import CommandExecutor, CommandResult
from services.chat_api.chat.interpreter import Memory
from services.chat_api.chat.memory import recall, remember
from services.chat_api.chat.model import Answer, Author, Intent, Message
from services.chat_api.chat.plan import MessagePlan, from_json, to_json
from services.chat_api.chat.resolver import resolve
from services.chat_api.chat.store import SentMessage
from services.chat_api.shared.idempotency import Request
from services.chat_api.shared.local_time import zone_of
from services.chat_api.shared.resource_names import task_of
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
    """The one use case of talking."""

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

    async def send_message(self, actor: Actor, said: IncomingMessage, request: Request[ChatResponse]) -> ChatResponse:
        """Answers a message; a repeat of the request gets the first answer."""
        sent = await self._known(actor.user_id, request.key) or await self._begin(actor, said, request.key)
        if sent.answer is not None:
            return request.decode(sent.answer)
        premises = from_json(sent.premises)
        outcomes = await self._carry_out(actor, premises, request.key)
        spoken = ChatResponse(sent.conversation, _together([outcome.answer for outcome in outcomes]))
        if await self._finish(actor.user_id, spoken, request):
            await remember(self._state, sent.conversation, _remembered(premises.context, outcomes))
            return spoken
        answered = await self._known(actor.user_id, request.key)
        return request.decode(answered.answer) if answered and answered.answer else spoken

    async def _known(self, user: UUID, key: RequestKey) -> SentMessage | None:
        async with self._database.transaction(user) as tx:
            return _same(await store.get_sent_message(tx, user, key.request_id), key)

    async def _begin(self, actor: Actor, said: IncomingMessage, key: RequestKey) -> SentMessage:
        """Fixes what the message means; when a repeat was faster, what that one has fixed."""
        workspace = await self._access.open(actor.user_id, said.workspace)
        zone = zone_of(said.time_zone or actor.time_zone, "time_zone")
        now = self._clock.now()
        conversation = await self._conversation(actor.user_id, said.conversation, now)
        context = await recall(self._state, conversation)
        premises = await self._premises(actor, said.text, now, zone, workspace, context)
        sent = SentMessage(conversation, key.body_hash, to_json(premises))

        async def begin(tx: Transaction) -> SentMessage:
            if not await store.insert_sent_message(tx, actor.user_id, key.request_id, sent, now):
                return _same(await store.get_sent_message(tx, actor.user_id, key.request_id), key) or sent
            message = Message(uuid7(), Author.PERSON, said.text, (), now)
            await store.insert_message(tx, actor.user_id, conversation, message)
            await store.touch_conversation(tx, actor.user_id, conversation, _name(said.text), now)
            return sent

        return await self._database.run(begin, actor.user_id)

    async def _conversation(self, user: UUID, named: UUID | None, now: datetime) -> UUID:
        async def open_default(tx: Transaction) -> UUID:
            known = await store.get_default_conversation(tx, user)
            known = known or await store.insert_conversation(tx, user, uuid7(), "", now, default=True, request_id=None)
            return found(known or await store.get_default_conversation(tx, user), user).id

        if named is None:
            return await self._database.run(open_default, user)
        async with self._database.transaction(user) as tx:
            return found(await store.get_conversation(tx, user, named), named).id

    async def _premises(
        self, actor: Actor, text: str, now: datetime, zone: ZoneInfo, workspace: UUID, context: Memory
    ) -> MessagePlan:
        bare = MessagePlan(text, now, zone, workspace, context)
        findings = [await resolve(self._tasks, actor, str(workspace), reading.command) for reading in bare.readings]
        return MessagePlan(text, now, zone, workspace, context, tuple(findings))

    async def _carry_out(self, actor: Actor, premises: MessagePlan, key: RequestKey) -> list[CommandResult]:
        carrying_out = CommandExecutor(self._tasks, self._undos, actor, premises, key)
        lines = enumerate(zip(premises.readings, premises.findings, strict=True))
        return [await carrying_out.line(number, reading, finding) for number, (reading, finding) in lines]

    async def _finish(self, user: UUID, spoken: ChatResponse, request: Request[ChatResponse]) -> bool:
        """Keeps the answer; False when a repeat was faster."""
        answer = spoken.answer
        names = tuple(task_of(task.workspace_id, task.id) for task in answer.tasks)

        async def finish(tx: Transaction) -> bool:
            now = self._clock.now()
            if not await store.keep_answer(tx, user, request.key.request_id, request.encode(spoken)):
                return False
            message = Message(uuid7(), Author.ASSISTANT, answer.reply, names, now)
            await store.insert_message(tx, user, spoken.conversation, message)
            await store.touch_conversation(tx, user, spoken.conversation, "", now)
            return True

        return await self._database.run(finish, user)


def _same(sent: SentMessage | None, key: RequestKey) -> SentMessage | None:
    if sent is not None and sent.body_hash != key.body_hash:
        text = "This request_id was used for another request: take a new one."
        raise InvalidArgument(text, reason="REQUEST_ID_REUSED", violations=[FieldViolation("request_id", text)])
    return sent


def _together(answers: list[Answer]) -> Answer:
    if len(answers) == 1:
        return answers[0]
    intents = {answer.intent for answer in answers}
    return Answer(
        reply="\n".join(answer.reply for answer in answers),
        intent=intents.pop() if len(intents) == 1 else Intent.OTHER,
        tasks=tuple({task.id: task for answer in answers for task in answer.tasks}.values()),
        suggestions=answers[-1].suggestions,
    )


def _remembered(context: Memory, outcomes: list[CommandResult]) -> Memory:
    """The list that was shown last, what was mentioned, and the question that is open."""
    listed = next((one.listed for one in reversed(outcomes) if one.listed), context.listed)
    mentioned = tuple(task for one in outcomes for task in one.mentioned)
    return Memory(listed, mentioned or context.mentioned, outcomes[-1].pending)


def _name(text: str) -> str:
    """The beginning of a message, as a name for its conversation."""
    line = " ".join(text.split())
    return line if len(line) <= _NAME_LENGTH else f"{line[: _NAME_LENGTH - 1]}…"
