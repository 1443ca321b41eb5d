"""DeadLetterService, which every service that consumes events serves: what an operator does with dead letters."""

from typing import ClassVar, Final
from uuid import UUID

from google.protobuf.descriptor import ServiceDescriptor
from todo.ops.v1 import dead_letter_service_pb2 as pb

from todo_runtime.auth.principal import Principal
from todo_runtime.db import Database
from todo_runtime.errors import DomainError, FailedPrecondition, NotFound, PermanentlyBad
from todo_runtime.kafka.dead_letters import DeadLetters, StoredDeadLetter
from todo_runtime.kafka.processor import Processor
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call, Servicer

MAX_PAGE: Final = 50
"""Dead letters of one page: each may be as large as a message can be."""

_STATUS: Final = {
    pb.DeadLetter.STATE_PENDING: "pending",
    pb.DeadLetter.STATE_REDRIVEN: "redriven",
    pb.DeadLetter.STATE_DISCARDED: "discarded",
}
_STATES: Final = {status: state for state, status in _STATUS.items()}


class _DeadLetterService(Servicer):
    """The contract. The runtime serves it itself, so it has no class among any service's generated ones to build on."""

    SERVICE: ClassVar[str] = "todo.ops.v1.DeadLetterService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = pb.DESCRIPTOR.services_by_name["DeadLetterService"]


class DeadLetterRpc(_DeadLetterService):
    """The dead letters of one service, and the processor that they are given to again."""

    def __init__(self, database: Database, dead_letters: DeadLetters, processor: Processor, pages: PageTokens) -> None:
        self._database = database
        self._dead_letters = dead_letters
        self._processor = processor
        self._pages = pages

    async def list_dead_letters(self, request: pb.ListDeadLettersRequest, call: Call) -> pb.ListDeadLettersResponse:
        """Lists dead letters without their bytes, the newest first."""
        asked = self._pages.asked(request, call, MAX_PAGE)
        before = None if asked.after is None else UUID(asked.after)
        async with self._database.transaction() as tx:
            found = await self._dead_letters.list(
                tx, status=_STATUS.get(request.state), before=before, limit=asked.limit
            )
        page = asked.cut(found, lambda letter: str(letter.id))
        return pb.ListDeadLettersResponse(
            dead_letters=[_message(letter) for letter in page.items], next_page_token=page.next_token
        )

    async def get_dead_letter(self, request: pb.GetDeadLetterRequest, _call: Call) -> pb.DeadLetter:
        """Returns one dead letter with its exact bytes."""
        return _whole(await self._find(request.name))

    async def redrive_dead_letter(self, request: pb.RedriveDeadLetterRequest, call: Call) -> pb.DeadLetter:
        """Processes the message again."""
        letter = await self._find(request.name)
        if letter.status != "pending":
            raise FailedPrecondition(f"The dead letter was {letter.status}.", reason="NOT_PENDING")
        try:
            await self._processor.redrive(letter.record)
        except (PermanentlyBad, DomainError) as error:
            raise FailedPrecondition(f"It failed again: {error}", reason="FAILED_AGAIN") from error
        async with self._database.transaction() as tx:
            await self._dead_letters.resolve(tx, letter.id, "redriven", _who(call.principal))
        return _whole(await self._find(request.name))

    async def discard_dead_letter(self, request: pb.DiscardDeadLetterRequest, call: Call) -> pb.DeadLetter:
        """Gives the message up."""
        letter = await self._find(request.name)
        if letter.status == "discarded":
            return _whole(letter)
        return _whole(await self._dead_letters.discard(self._database, letter.id, _who(call.principal)))

    async def _find(self, name: str) -> StoredDeadLetter:
        async with self._database.transaction() as tx:
            return await self._dead_letters.get(tx, _id(name))


def _message(letter: StoredDeadLetter) -> pb.DeadLetter:
    message = pb.DeadLetter(
        name=f"deadLetters/{letter.id}",
        state=_STATES[letter.status],
        reason=_reason(letter.reason),
        error=letter.error,
        attempts=letter.attempts,
        resolver=letter.resolved_by or "",
        source_topic=letter.record.topic,
        source_partition=letter.record.partition,
        source_offset=letter.record.offset,
        stream_key=str(letter.stream_key or ""),
        sequence=letter.sequence or 0,
        event_id=str(letter.event_id or ""),
        event_type=letter.event_type or "",
    )
    message.fail_time.FromDatetime(letter.failed_at)
    if letter.resolved_at is not None:
        message.resolve_time.FromDatetime(letter.resolved_at)
    return message


def _whole(letter: StoredDeadLetter) -> pb.DeadLetter:
    message = _message(letter)
    if letter.record.key is not None:
        message.key = letter.record.key
    if letter.record.value is not None:
        message.value = letter.record.value
    message.headers.extend(pb.DeadLetter.Header(name=name, value=value) for name, value in letter.record.headers)
    return message


def _reason(symbol: str) -> pb.DeadLetter.Reason.ValueType:
    name = f"REASON_{symbol}"
    known = name in pb.DeadLetter.Reason.keys()  # noqa: SIM118 - an enum wrapper is no mapping
    return pb.DeadLetter.Reason.Value(name) if known else pb.DeadLetter.REASON_UNSPECIFIED


def _who(principal: Principal) -> str:
    return f"users/{principal.user_id}"


def _id(name: str) -> UUID:
    try:
        return UUID(name.removeprefix("deadLetters/"))
    except ValueError:
        raise NotFound(f"There is no {name}.") from None
