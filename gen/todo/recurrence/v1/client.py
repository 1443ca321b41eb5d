"""Typed clients of the services in todo.recurrence.v1. Generated from proto/."""

from __future__ import annotations

import grpc.aio

from todo.recurrence.v1 import recurrence_service_pb2
from todo.rpc import DEFAULT_TIMEOUT, Metadata, with_request_id

__all__ = [
    "RecurrenceServiceClient",
]


class RecurrenceServiceClient:
    """Repeating tasks: what comes when, and the series that were made.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._preview_occurrences: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.PreviewOccurrencesRequest, recurrence_service_pb2.PreviewOccurrencesResponse
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/PreviewOccurrences",
            request_serializer=recurrence_service_pb2.PreviewOccurrencesRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.PreviewOccurrencesResponse.FromString,
        )
        self._get_series: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.GetSeriesRequest, recurrence_service_pb2.Series
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/GetSeries",
            request_serializer=recurrence_service_pb2.GetSeriesRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.Series.FromString,
        )
        self._list_series: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.ListSeriesRequest, recurrence_service_pb2.ListSeriesResponse
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/ListSeries",
            request_serializer=recurrence_service_pb2.ListSeriesRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.ListSeriesResponse.FromString,
        )
        self._skip_occurrence: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.SkipOccurrenceRequest, recurrence_service_pb2.Series
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/SkipOccurrence",
            request_serializer=recurrence_service_pb2.SkipOccurrenceRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.Series.FromString,
        )
        self._pause_series: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.PauseSeriesRequest, recurrence_service_pb2.Series
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/PauseSeries",
            request_serializer=recurrence_service_pb2.PauseSeriesRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.Series.FromString,
        )
        self._resume_series: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.ResumeSeriesRequest, recurrence_service_pb2.Series
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/ResumeSeries",
            request_serializer=recurrence_service_pb2.ResumeSeriesRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.Series.FromString,
        )
        self._split_series: grpc.aio.UnaryUnaryMultiCallable[
            recurrence_service_pb2.SplitSeriesRequest, recurrence_service_pb2.Series
        ] = channel.unary_unary(
            "/todo.recurrence.v1.RecurrenceService/SplitSeries",
            request_serializer=recurrence_service_pb2.SplitSeriesRequest.SerializeToString,
            response_deserializer=recurrence_service_pb2.Series.FromString,
        )

    async def preview_occurrences(
        self,
        request: recurrence_service_pb2.PreviewOccurrencesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.PreviewOccurrencesResponse:
        """Says when a rule's occurrences come, without creating anything."""
        return await self._preview_occurrences(request, timeout=timeout, metadata=tuple(metadata))

    async def get_series(
        self,
        request: recurrence_service_pb2.GetSeriesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.Series:
        """Returns one series."""
        return await self._get_series(request, timeout=timeout, metadata=tuple(metadata))

    async def list_series(
        self,
        request: recurrence_service_pb2.ListSeriesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.ListSeriesResponse:
        """Lists the series of a workspace that have come round at least once."""
        return await self._list_series(request, timeout=timeout, metadata=tuple(metadata))

    async def skip_occurrence(
        self,
        request: recurrence_service_pb2.SkipOccurrenceRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.Series:
        """Leaves the next occurrence of a series out."""
        return await self._skip_occurrence(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def pause_series(
        self,
        request: recurrence_service_pb2.PauseSeriesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.Series:
        """Stops a series until it is resumed: completing its task makes no next occurrence."""
        return await self._pause_series(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def resume_series(
        self,
        request: recurrence_service_pb2.ResumeSeriesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.Series:
        """Lets a paused series go on."""
        return await self._resume_series(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def split_series(
        self,
        request: recurrence_service_pb2.SplitSeriesRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> recurrence_service_pb2.Series:
        """Gives this and all following occurrences another rule, as a series of their own."""
        return await self._split_series(with_request_id(request), timeout=timeout, metadata=tuple(metadata))
