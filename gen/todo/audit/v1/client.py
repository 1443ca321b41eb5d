"""Typed clients of the services in todo.audit.v1. Generated from proto/."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import grpc.aio

from todo.audit.v1 import audit_service_pb2
from todo.rpc import DEFAULT_TIMEOUT, Metadata
from todo.task.v1 import task_pb2

__all__ = [
    "AuditServiceClient",
]


class AuditServiceClient:
    """What has happened: every event, kept for ever as it was, append-only and hash-chained.

    A stream is a topic and a parent: a workspace (task-events, workspace-events, reminders) or a person
    (identity-events, notifications). Its events are numbered from 1 without a gap. The log follows the system by a
    moment: an event can be listed here some milliseconds after it happened.

    Members may read the streams of their workspaces, and everybody their own; operators and the services that fill
    gaps may read all of them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, UNAVAILABLE with a retry hint while a part is down.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._list_events: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.ListEventsRequest, audit_service_pb2.ListEventsResponse
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/ListEvents",
            request_serializer=audit_service_pb2.ListEventsRequest.SerializeToString,
            response_deserializer=audit_service_pb2.ListEventsResponse.FromString,
        )
        self._get_task_history: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.GetTaskHistoryRequest, audit_service_pb2.GetTaskHistoryResponse
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/GetTaskHistory",
            request_serializer=audit_service_pb2.GetTaskHistoryRequest.SerializeToString,
            response_deserializer=audit_service_pb2.GetTaskHistoryResponse.FromString,
        )
        self._get_task_as_of: grpc.aio.UnaryUnaryMultiCallable[audit_service_pb2.GetTaskAsOfRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.audit.v1.AuditService/GetTaskAsOf",
                request_serializer=audit_service_pb2.GetTaskAsOfRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._get_workspace_as_of: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.GetWorkspaceAsOfRequest, audit_service_pb2.GetWorkspaceAsOfResponse
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/GetWorkspaceAsOf",
            request_serializer=audit_service_pb2.GetWorkspaceAsOfRequest.SerializeToString,
            response_deserializer=audit_service_pb2.GetWorkspaceAsOfResponse.FromString,
        )
        self._verify_log: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.VerifyLogRequest, audit_service_pb2.VerifyLogResponse
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/VerifyLog",
            request_serializer=audit_service_pb2.VerifyLogRequest.SerializeToString,
            response_deserializer=audit_service_pb2.VerifyLogResponse.FromString,
        )
        self._get_checkpoint: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.GetCheckpointRequest, audit_service_pb2.Checkpoint
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/GetCheckpoint",
            request_serializer=audit_service_pb2.GetCheckpointRequest.SerializeToString,
            response_deserializer=audit_service_pb2.Checkpoint.FromString,
        )
        self._get_inclusion_proof: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.GetInclusionProofRequest, audit_service_pb2.GetInclusionProofResponse
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/GetInclusionProof",
            request_serializer=audit_service_pb2.GetInclusionProofRequest.SerializeToString,
            response_deserializer=audit_service_pb2.GetInclusionProofResponse.FromString,
        )
        self._get_consistency_proof: grpc.aio.UnaryUnaryMultiCallable[
            audit_service_pb2.GetConsistencyProofRequest, audit_service_pb2.GetConsistencyProofResponse
        ] = channel.unary_unary(
            "/todo.audit.v1.AuditService/GetConsistencyProof",
            request_serializer=audit_service_pb2.GetConsistencyProofRequest.SerializeToString,
            response_deserializer=audit_service_pb2.GetConsistencyProofResponse.FromString,
        )
        self._export_events: grpc.aio.UnaryStreamMultiCallable[
            audit_service_pb2.ExportEventsRequest, audit_service_pb2.ExportEventsResponse
        ] = channel.unary_stream(
            "/todo.audit.v1.AuditService/ExportEvents",
            request_serializer=audit_service_pb2.ExportEventsRequest.SerializeToString,
            response_deserializer=audit_service_pb2.ExportEventsResponse.FromString,
        )

    async def list_events(
        self,
        request: audit_service_pb2.ListEventsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.ListEventsResponse:
        """Lists the events of one stream by number."""
        return await self._list_events(request, timeout=timeout, metadata=tuple(metadata))

    async def get_task_history(
        self,
        request: audit_service_pb2.GetTaskHistoryRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.GetTaskHistoryResponse:
        """Lists the changes of one task with the task after each of them, the oldest first."""
        return await self._get_task_history(request, timeout=timeout, metadata=tuple(metadata))

    async def get_task_as_of(
        self,
        request: audit_service_pb2.GetTaskAsOfRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Returns one task as it was at a moment. NOT_FOUND when it did not exist yet."""
        return await self._get_task_as_of(request, timeout=timeout, metadata=tuple(metadata))

    async def get_workspace_as_of(
        self,
        request: audit_service_pb2.GetWorkspaceAsOfRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.GetWorkspaceAsOfResponse:
        """Lists the tasks of a workspace as they were at a moment."""
        return await self._get_workspace_as_of(request, timeout=timeout, metadata=tuple(metadata))

    async def verify_log(
        self,
        request: audit_service_pb2.VerifyLogRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.VerifyLogResponse:
        """Computes hash chains anew and compares them with what is kept. A call looks at a bounded number of events:
        go on with `next_page_token` until it is empty.
        """
        return await self._verify_log(request, timeout=timeout, metadata=tuple(metadata))

    async def get_checkpoint(
        self,
        request: audit_service_pb2.GetCheckpointRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.Checkpoint:
        """Returns the newest signed statement of what the whole log holds."""
        return await self._get_checkpoint(request, timeout=timeout, metadata=tuple(metadata))

    async def get_inclusion_proof(
        self,
        request: audit_service_pb2.GetInclusionProofRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.GetInclusionProofResponse:
        """Proves that an event is part of a checkpoint (RFC 9162, 2.1.3)."""
        return await self._get_inclusion_proof(request, timeout=timeout, metadata=tuple(metadata))

    async def get_consistency_proof(
        self,
        request: audit_service_pb2.GetConsistencyProofRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> audit_service_pb2.GetConsistencyProofResponse:
        """Proves that a checkpoint only adds to an earlier one (RFC 9162, 2.1.4)."""
        return await self._get_consistency_proof(request, timeout=timeout, metadata=tuple(metadata))

    async def export_events(
        self, request: audit_service_pb2.ExportEventsRequest, *, timeout: float | None = None, metadata: Metadata = ()
    ) -> AsyncGenerator[audit_service_pb2.ExportEventsResponse, None]:
        """Streams all events of a workspace, or of a person, as a file."""
        call = self._export_events(request, timeout=timeout, metadata=tuple(metadata))
        try:
            async for response in call:
                yield response
        finally:
            call.cancel()
