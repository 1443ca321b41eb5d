"""Errors to google.rpc.Status and back."""

from datetime import timedelta

import psycopg
import psycopg_pool
import pytest
from google.rpc import code_pb2, status_pb2
from todo_runtime import errors
from todo_runtime.errors import DomainError, FieldViolation, InvalidArgument, RetryLater
from todo_runtime.errors.status import from_status, internal_status, to_status

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError
]


def status_of(error: BaseException) -> status_pb2.Status:
    status = to_status(error)
    assert status is not None
    return status


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_the_way_to_a_caller(kind: type[DomainError]) -> None:
    sent = kind("no", reason="WHY", violations=[FieldViolation("task.title", "is bad")], metadata={"etag": "7"})
    got = from_status(status_of(sent))
    assert type(got) is kind
    assert (got.message, got.reason, got.violations, got.metadata) == (
        "no",
        "WHY",
        (FieldViolation("task.title", "is bad"),),
        {"etag": "7"},
    )


def test_an_error_at_a_field_names_it_and_describes_it_with_its_own_text() -> None:
    got = from_status(status_of(InvalidArgument.at("task.title", "Too long.", reason="TOO_LONG")))
    assert isinstance(got, InvalidArgument)
    assert (got.message, got.reason, got.violations) == (
        "Too long.",
        "TOO_LONG",
        (FieldViolation("task.title", "Too long."),),
    )


def test_without_a_reason_the_code_is_the_reason() -> None:
    got = from_status(status_of(errors.NotFound("no")))
    assert isinstance(got, errors.NotFound)
    assert got.reason == "NOT_FOUND"


def test_retry_later_says_when() -> None:
    status = status_of(RetryLater("busy", timedelta(seconds=2.5)))
    assert code_pb2.Code.Name(status.code) == "UNAVAILABLE"
    got = from_status(status)
    assert isinstance(got, RetryLater)
    assert got.retry_after == timedelta(seconds=2.5)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.OperationalError("server closed the connection"), "UNAVAILABLE"),
        (psycopg_pool.PoolTimeout("no connection"), "UNAVAILABLE"),
        (TimeoutError(), "DEADLINE_EXCEEDED"),
        (errors.PermanentlyBad("bad"), "INVALID_ARGUMENT"),
    ],
)
def test_other_errors_that_are_expected(error: Exception, code: str) -> None:
    assert code_pb2.Code.Name(status_of(error).code) == code


def test_a_database_error_keeps_its_text_to_itself() -> None:
    assert "secret" not in str(status_of(psycopg.OperationalError("secret host")))


@pytest.mark.parametrize("error", [ValueError("x"), psycopg.ProgrammingError("x"), AssertionError()])
def test_what_is_unexpected_has_no_status(error: Exception) -> None:
    assert to_status(error) is None


@pytest.mark.parametrize("code", ["UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "CANCELLED"])
def test_faults_of_the_other_side_are_worth_another_try(code: str) -> None:
    assert isinstance(from_status(status_pb2.Status(code=code_pb2.Code.Value(code))), RetryLater)


def test_internal_names_the_line_in_the_log() -> None:
    assert "abc" in internal_status("abc").message


def test_a_status_fits_into_trailing_metadata_whatever_it_says() -> None:
    violations = [FieldViolation("é" * 5_000, "ü" * 5_000) for _ in range(500)]
    metadata = {f"key{number}": "ä" * 5_000 for number in range(50)}
    status = status_of(InvalidArgument("ö" * 100_000, violations=violations, metadata=metadata))
    # gRPC sends the message percent-encoded and the status in base64.
    assert len(status.message.encode()) * 3 + status.ByteSize() * 4 / 3 < 8_000
    got = from_status(status)
    assert isinstance(got, InvalidArgument)
    assert got.violations
