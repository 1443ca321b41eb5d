"""What a failed call says of itself."""

from datetime import timedelta

import grpc
import grpc.aio
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2
from todo_client_runtime.errors import Violation, details_of


def _failed(*details: object) -> grpc.aio.AioRpcError:
    status = status_pb2.Status(code=3, message="The title is empty.")
    for detail in details:
        packed = Any()
        packed.Pack(detail)  # type: ignore[arg-type]
        status.details.append(packed)
    trailing = grpc.aio.Metadata(("grpc-status-details-bin", status.SerializeToString()))
    return grpc.aio.AioRpcError(grpc.StatusCode.INVALID_ARGUMENT, grpc.aio.Metadata(), trailing, "The title is empty.")


def test_an_error_is_read_to_its_details() -> None:
    violation = error_details_pb2.BadRequest.FieldViolation(field="task.title", description="is empty")
    info = error_details_pb2.ErrorInfo(reason="TITLE_EMPTY", metadata={"limit": "500"})
    retry = error_details_pb2.RetryInfo(retry_delay=Duration(seconds=2))
    details = details_of(_failed(info, error_details_pb2.BadRequest(field_violations=[violation]), retry))
    assert (details.code, details.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "TITLE_EMPTY")
    assert details.violations == (Violation("task.title", "is empty"),)
    assert (details.retry_after, details.metadata) == (timedelta(seconds=2), {"limit": "500"})


def test_an_error_without_details_is_read_as_well() -> None:
    bare = grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, grpc.aio.Metadata(), grpc.aio.Metadata(), "gone")
    details = details_of(bare)
    assert (details.message, details.reason, details.violations, details.retry_after) == ("gone", "", (), None)
