"""DeadLetterService of audit: the messages that name no stream and number."""

from todo.ops.v1 import dead_letter_service_pb2 as pb
from todo_bindings.audit.rpc import DeadLetterServiceServicer
from todo_runtime.kafka.dead_letter_desk import DeadLetterDesk
from todo_runtime.rpc import Call


class DeadLetterRpc(DeadLetterServiceServicer):
    """Hands on to the runtime's desk."""

    def __init__(self, desk: DeadLetterDesk) -> None:
        self._desk = desk

    async def list_dead_letters(self, request: pb.ListDeadLettersRequest, call: Call) -> pb.ListDeadLettersResponse:
        """Lists dead letters without their bytes, the newest first."""
        return await self._desk.list(request)

    async def get_dead_letter(self, request: pb.GetDeadLetterRequest, call: Call) -> pb.DeadLetter:
        """Returns one dead letter with its exact bytes."""
        return await self._desk.get(request.name)

    async def redrive_dead_letter(self, request: pb.RedriveDeadLetterRequest, call: Call) -> pb.DeadLetter:
        """Processes the message again."""
        return await self._desk.redrive(request.name, call.principal)

    async def discard_dead_letter(self, request: pb.DiscardDeadLetterRequest, call: Call) -> pb.DeadLetter:
        """Gives the message up."""
        return await self._desk.discard(request.name, call.principal)
