"""Errors of the command line, each shown as one sentence."""

from collections.abc import Iterator

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class CommandError(Exception):
    """An error whose text is shown to the person; the command ends with `exit_code`."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def describe(error: grpc.RpcError, target: str) -> str:
    """Describes a failed call to `target` in one sentence: what is wrong, and with which field."""
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return f"Nothing answers at {target}. Check the address, and that the system is running (`todo status`)."
    if error.code() is grpc.StatusCode.UNAUTHENTICATED:
        return "You are not signed in. Run `todo login` (or `todo signup`)."
    violations = "; ".join(_violations(error))
    return violations or error.details() or error.code().name


def _violations(error: grpc.RpcError) -> Iterator[str]:
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            yield from (f"{v.field}: {v.description}" if v.field else v.description for v in bad.field_violations)
