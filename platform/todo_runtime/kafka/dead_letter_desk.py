"""What an operator does with dead letters, in the messages of todo.ops.v1: each service's thin servicer calls this."""

import base64
import binascii
from typing import Final
from uuid import UUID

from todo.ops.v1 import dead_letter_service_pb2 as pb

from todo_runtime.auth.principal import Principal
from todo_runtime.db import Database
from todo_runtime.errors import (
    DomainError,
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    NotFound,
    PermanentlyBad,
)
from todo_runtime.kafka.dead_letters import DeadLetters, StoredDeadLetter
from todo_runtime.kafka.processor import Processor

MAX_PAGE: Final = 50
"""Dead letters of one page: each may be as large as a message can be."""

_STATUS: Final = {
    pb.DeadLetter.STATE_PENDING: "pending",
    pb.DeadLetter.STATE_REDRIVEN: "redriven",
    pb.DeadLetter.STATE_DISCARDED: "discarded",
}
_STATES: Final = {status: state for state, status in _STATUS.items()}


class DeadLetterDesk:
    """The dead letters of one service and the processor that they are given to again."""

    def __init__(self, database: Database, dead_letters: DeadLetters, processor: Processor) -> None:
        self._database = database
        self._dead_letters = dead_letters
        self._processor = processor

    async def list(self, request: pb.ListDeadLettersRequest) -> pb.ListDeadLettersResponse:
        """The newest first, without their bytes. Raises InvalidArgument."""
        limit = min(request.page_size or MAX_PAGE, MAX_PAGE)
        before, status = _position(request.page_token), _STATUS.get(request.state)
        async with self._database.transaction() as tx:
            found = await self._dead_letters.list(tx, status=status, before=before, limit=limit)
        more = len(found) == limit
        return pb.ListDeadLettersResponse(
            dead_letters=[_message(one) for one in found], next_page_token=_token(found[-1].id) if more else ""
        )

    async def get(self, name: str) -> pb.DeadLetter:
        """One with its exact bytes. Raises NotFound."""
        return _whole(await self._find(name))

    async def redrive(self, name: str, principal: Principal) -> pb.DeadLetter:
        """Processes the message again. Raises NotFound, FailedPrecondition."""
        letter = await self._find(name)
        if letter.status != "pending":
            raise FailedPrecondition(f"The dead letter was {letter.status}.", reason="NOT_PENDING")
        try:
            await self._processor.redrive(letter.record)
        except (PermanentlyBad, DomainError) as error:
            raise FailedPrecondition(f"It failed again: {error}", reason="FAILED_AGAIN") from error
        async with self._database.transaction() as tx:
            await self._dead_letters.resolve(tx, letter.id, "redriven", _who(principal))
        return await self.get(name)

    async def discard(self, name: str, principal: Principal) -> pb.DeadLetter:
        """Gives the message up. Raises NotFound, FailedPrecondition."""
        letter = await self._find(name)
        if letter.status == "discarded":
            return _whole(letter)
        return _whole(await self._dead_letters.discard(self._database, letter.id, _who(principal)))

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


def _token(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def _position(token: str) -> UUID | None:
    try:
        return UUID(bytes=base64.urlsafe_b64decode(token + "==")) if token else None
    except (binascii.Error, ValueError):
        violation = FieldViolation("page_token", "is not one that an earlier page brought")
        raise InvalidArgument("The page token is not valid.", violations=[violation]) from None
