"""Typed clients of the services in todo.ops.v1. Generated from proto/."""

from __future__ import annotations

import grpc.aio

from todo.ops.v1 import dead_letter_service_pb2
from todo.rpc import DEFAULT_TIMEOUT, Metadata

__all__ = [
    "DeadLetterServiceClient",
]


class DeadLetterServiceClient:
    """What a consumer could never process and set aside, so that the rest could go on. Each service that consumes with
    a database of its own serves this for its own dead letters, to operators only.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    PERMISSION_DENIED for whoever is not an operator, NOT_FOUND for a dead letter that is not there (any more),
    UNAVAILABLE with a retry hint while a part is down.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._list_dead_letters: grpc.aio.UnaryUnaryMultiCallable[
            dead_letter_service_pb2.ListDeadLettersRequest, dead_letter_service_pb2.ListDeadLettersResponse
        ] = channel.unary_unary(
            "/todo.ops.v1.DeadLetterService/ListDeadLetters",
            request_serializer=dead_letter_service_pb2.ListDeadLettersRequest.SerializeToString,
            response_deserializer=dead_letter_service_pb2.ListDeadLettersResponse.FromString,
        )
        self._get_dead_letter: grpc.aio.UnaryUnaryMultiCallable[
            dead_letter_service_pb2.GetDeadLetterRequest, dead_letter_service_pb2.DeadLetter
        ] = channel.unary_unary(
            "/todo.ops.v1.DeadLetterService/GetDeadLetter",
            request_serializer=dead_letter_service_pb2.GetDeadLetterRequest.SerializeToString,
            response_deserializer=dead_letter_service_pb2.DeadLetter.FromString,
        )
        self._redrive_dead_letter: grpc.aio.UnaryUnaryMultiCallable[
            dead_letter_service_pb2.RedriveDeadLetterRequest, dead_letter_service_pb2.DeadLetter
        ] = channel.unary_unary(
            "/todo.ops.v1.DeadLetterService/RedriveDeadLetter",
            request_serializer=dead_letter_service_pb2.RedriveDeadLetterRequest.SerializeToString,
            response_deserializer=dead_letter_service_pb2.DeadLetter.FromString,
        )
        self._discard_dead_letter: grpc.aio.UnaryUnaryMultiCallable[
            dead_letter_service_pb2.DiscardDeadLetterRequest, dead_letter_service_pb2.DeadLetter
        ] = channel.unary_unary(
            "/todo.ops.v1.DeadLetterService/DiscardDeadLetter",
            request_serializer=dead_letter_service_pb2.DiscardDeadLetterRequest.SerializeToString,
            response_deserializer=dead_letter_service_pb2.DeadLetter.FromString,
        )

    async def list_dead_letters(
        self,
        request: dead_letter_service_pb2.ListDeadLettersRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> dead_letter_service_pb2.ListDeadLettersResponse:
        """Lists dead letters without their bytes, the newest first."""
        return await self._list_dead_letters(request, timeout=timeout, metadata=tuple(metadata))

    async def get_dead_letter(
        self,
        request: dead_letter_service_pb2.GetDeadLetterRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> dead_letter_service_pb2.DeadLetter:
        """Returns one dead letter with its exact bytes."""
        return await self._get_dead_letter(request, timeout=timeout, metadata=tuple(metadata))

    async def redrive_dead_letter(
        self,
        request: dead_letter_service_pb2.RedriveDeadLetterRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> dead_letter_service_pb2.DeadLetter:
        """Processes the message again, in its place in its stream: it never overwrites the effect of a later one.
        FAILED_PRECONDITION when it is not pending, or when it fails again; the error says why and the dead letter stays.
        """
        return await self._redrive_dead_letter(request, timeout=timeout, metadata=tuple(metadata))

    async def discard_dead_letter(
        self,
        request: dead_letter_service_pb2.DiscardDeadLetterRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> dead_letter_service_pb2.DeadLetter:
        """Gives the message up: it stays listed as discarded until its retention ends and can't be redriven any more.
        Discarding a discarded one changes nothing. FAILED_PRECONDITION when it was redriven.
        """
        return await self._discard_dead_letter(request, timeout=timeout, metadata=tuple(metadata))
