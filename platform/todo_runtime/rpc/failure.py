"""Failed calls: a google.rpc.Status that can be raised, and the conversion of errors to one."""

import psycopg
import structlog
from google.rpc import code_pb2, status_pb2

from todo_runtime.errors import DomainError, RetryLater
from todo_runtime.errors.status import internal_status, to_status
from todo_runtime.ids import uuid7
from todo_runtime.telemetry.logs import describe

_log = structlog.get_logger(__name__)


class RpcFailure(Exception):
    """A call that was answered with an error."""

    def __init__(self, status: status_pb2.Status) -> None:
        super().__init__(f"{code_pb2.Code.Name(status.code)}: {status.message}")
        self.status = status

    @property
    def code(self) -> str:
        """The name of the code, e.g. `NOT_FOUND`."""
        return str(code_pb2.Code.Name(self.status.code))


def failure_of(error: Exception, method: str) -> RpcFailure:
    """Converts an error to what the caller gets. An unexpected one is logged, and the caller gets only its id."""
    if isinstance(error, RpcFailure):
        return error
    status = to_status(error)
    if status is None:
        error_id = str(uuid7())
        _log.error("call_failed", method=method, error_id=error_id, **describe(error))
        return RpcFailure(internal_status(error_id))
    if isinstance(error, psycopg.Error):
        _log.warning("database_unavailable", method=method, **describe(error))
    elif not isinstance(error, DomainError | RetryLater | TimeoutError):
        _log.warning("call_refused", method=method, **describe(error))
    return RpcFailure(status)
