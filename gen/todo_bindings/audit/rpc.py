"""Base classes of the gRPC services that audit serves. Generated from proto/ and its manifest.

Override the methods that are there; one that is not overridden answers UNIMPLEMENTED.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from google.protobuf.descriptor import ServiceDescriptor

from todo.audit.v1 import audit_service_pb2
from todo.ops.v1 import dead_letter_service_pb2
from todo.task.v1 import task_pb2
from todo_runtime.rpc import Call, Servicer, unimplemented

__all__ = [
    "AuditServiceServicer",
    "DeadLetterServiceServicer",
]


class AuditServiceServicer(Servicer):
    """What has happened: every event, kept for ever as it was, append-only and hash-chained.

    A stream is a topic and a parent: a workspace (task-events, workspace-events, reminders) or a person
    (identity-events, notifications). Its events are numbered from 1 without a gap. The log follows the system by a
    moment: an event can be listed here some milliseconds after it happened.

    Members may read the streams of their workspaces, and everybody their own; operators and the services that fill
    gaps may read all of them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, UNAVAILABLE with a retry hint while a part is down.
    """

    SERVICE: ClassVar[str] = "todo.audit.v1.AuditService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = audit_service_pb2.DESCRIPTOR.services_by_name["AuditService"]

    async def list_events(
        self, request: audit_service_pb2.ListEventsRequest, call: Call
    ) -> audit_service_pb2.ListEventsResponse:
        """Lists the events of one stream by number."""
        raise unimplemented("todo.audit.v1.AuditService/ListEvents")

    async def get_task_history(
        self, request: audit_service_pb2.GetTaskHistoryRequest, call: Call
    ) -> audit_service_pb2.GetTaskHistoryResponse:
        """Lists the changes of one task with the task after each of them, the oldest first."""
        raise unimplemented("todo.audit.v1.AuditService/GetTaskHistory")

    async def get_task_as_of(self, request: audit_service_pb2.GetTaskAsOfRequest, call: Call) -> task_pb2.Task:
        """Returns one task as it was at a moment. NOT_FOUND when it did not exist yet."""
        raise unimplemented("todo.audit.v1.AuditService/GetTaskAsOf")

    async def get_workspace_as_of(
        self, request: audit_service_pb2.GetWorkspaceAsOfRequest, call: Call
    ) -> audit_service_pb2.GetWorkspaceAsOfResponse:
        """Lists the tasks of a workspace as they were at a moment."""
        raise unimplemented("todo.audit.v1.AuditService/GetWorkspaceAsOf")

    async def verify_log(
        self, request: audit_service_pb2.VerifyLogRequest, call: Call
    ) -> audit_service_pb2.VerifyLogResponse:
        """Computes hash chains anew and compares them with what is kept. A call looks at a bounded number of events:
        go on with `next_page_token` until it is empty.
        """
        raise unimplemented("todo.audit.v1.AuditService/VerifyLog")

    async def get_checkpoint(
        self, request: audit_service_pb2.GetCheckpointRequest, call: Call
    ) -> audit_service_pb2.Checkpoint:
        """Returns the newest signed statement of what the whole log holds."""
        raise unimplemented("todo.audit.v1.AuditService/GetCheckpoint")

    async def get_inclusion_proof(
        self, request: audit_service_pb2.GetInclusionProofRequest, call: Call
    ) -> audit_service_pb2.GetInclusionProofResponse:
        """Proves that an event is part of a checkpoint (RFC 9162, 2.1.3)."""
        raise unimplemented("todo.audit.v1.AuditService/GetInclusionProof")

    async def get_consistency_proof(
        self, request: audit_service_pb2.GetConsistencyProofRequest, call: Call
    ) -> audit_service_pb2.GetConsistencyProofResponse:
        """Proves that a checkpoint only adds to an earlier one (RFC 9162, 2.1.4)."""
        raise unimplemented("todo.audit.v1.AuditService/GetConsistencyProof")

    def export_events(
        self, request: audit_service_pb2.ExportEventsRequest, call: Call
    ) -> AsyncIterator[audit_service_pb2.ExportEventsResponse]:
        """Streams all events of a workspace, or of a person, as a file."""
        raise unimplemented("todo.audit.v1.AuditService/ExportEvents")


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
