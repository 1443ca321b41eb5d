"""Base classes of the gRPC services that recurring_task serves. Generated from proto/ and its manifest.

Override the methods that are there; one that is not overridden answers UNIMPLEMENTED.
"""

from __future__ import annotations

from typing import ClassVar

from google.protobuf.descriptor import ServiceDescriptor

from todo.ops.v1 import dead_letter_service_pb2
from todo.recurrence.v1 import recurrence_service_pb2
from todo_runtime.rpc import Call, Servicer, unimplemented

__all__ = [
    "DeadLetterServiceServicer",
    "RecurrenceServiceServicer",
]


class DeadLetterServiceServicer(Servicer):
    """What a consumer could never process and set aside, so that the rest could go on. Each service that consumes with
    a database of its own serves this for its own dead letters, to operators only.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    PERMISSION_DENIED for whoever is not an operator, NOT_FOUND for a dead letter that is not there (any more),
    UNAVAILABLE with a retry hint while a part is down.
    """

    SERVICE: ClassVar[str] = "todo.ops.v1.DeadLetterService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = dead_letter_service_pb2.DESCRIPTOR.services_by_name["DeadLetterService"]

    async def list_dead_letters(
        self, request: dead_letter_service_pb2.ListDeadLettersRequest, call: Call
    ) -> dead_letter_service_pb2.ListDeadLettersResponse:
        """Lists dead letters without their bytes, the newest first."""
        raise unimplemented("todo.ops.v1.DeadLetterService/ListDeadLetters")

    async def get_dead_letter(
        self, request: dead_letter_service_pb2.GetDeadLetterRequest, call: Call
    ) -> dead_letter_service_pb2.DeadLetter:
        """Returns one dead letter with its exact bytes."""
        raise unimplemented("todo.ops.v1.DeadLetterService/GetDeadLetter")

    async def redrive_dead_letter(
        self, request: dead_letter_service_pb2.RedriveDeadLetterRequest, call: Call
    ) -> dead_letter_service_pb2.DeadLetter:
        """Processes the message again, in its place in its stream: it never overwrites the effect of a later one.
        FAILED_PRECONDITION when it is not pending, or when it fails again; the error says why and the dead letter stays.
        """
        raise unimplemented("todo.ops.v1.DeadLetterService/RedriveDeadLetter")

    async def discard_dead_letter(
        self, request: dead_letter_service_pb2.DiscardDeadLetterRequest, call: Call
    ) -> dead_letter_service_pb2.DeadLetter:
        """Gives the message up: it stays listed as discarded until its retention ends and can't be redriven any more.
        Discarding a discarded one changes nothing. FAILED_PRECONDITION when it was redriven.
        """
        raise unimplemented("todo.ops.v1.DeadLetterService/DiscardDeadLetter")


class RecurrenceServiceServicer(Servicer):
    """Repeating tasks: what comes when, and the series that were made.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see.
    """

    SERVICE: ClassVar[str] = "todo.recurrence.v1.RecurrenceService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = recurrence_service_pb2.DESCRIPTOR.services_by_name["RecurrenceService"]

    async def preview_occurrences(
        self, request: recurrence_service_pb2.PreviewOccurrencesRequest, call: Call
    ) -> recurrence_service_pb2.PreviewOccurrencesResponse:
        """Says when a rule's occurrences come, without creating anything."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/PreviewOccurrences")

    async def get_series(
        self, request: recurrence_service_pb2.GetSeriesRequest, call: Call
    ) -> recurrence_service_pb2.Series:
        """Returns one series."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/GetSeries")

    async def list_series(
        self, request: recurrence_service_pb2.ListSeriesRequest, call: Call
    ) -> recurrence_service_pb2.ListSeriesResponse:
        """Lists the series of a workspace that have come round at least once."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/ListSeries")

    async def skip_occurrence(
        self, request: recurrence_service_pb2.SkipOccurrenceRequest, call: Call
    ) -> recurrence_service_pb2.Series:
        """Leaves the next occurrence of a series out."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/SkipOccurrence")

    async def pause_series(
        self, request: recurrence_service_pb2.PauseSeriesRequest, call: Call
    ) -> recurrence_service_pb2.Series:
        """Stops a series until it is resumed: completing its task makes no next occurrence."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/PauseSeries")

    async def resume_series(
        self, request: recurrence_service_pb2.ResumeSeriesRequest, call: Call
    ) -> recurrence_service_pb2.Series:
        """Lets a paused series go on."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/ResumeSeries")

    async def split_series(
        self, request: recurrence_service_pb2.SplitSeriesRequest, call: Call
    ) -> recurrence_service_pb2.Series:
        """Gives this and all following occurrences another rule, as a series of their own."""
        raise unimplemented("todo.recurrence.v1.RecurrenceService/SplitSeries")
