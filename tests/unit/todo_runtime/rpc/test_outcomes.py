"""What a caller is told when a handler answers, fails, dawdles or is given up."""

import asyncio
from datetime import timedelta
from typing import Any

import grpc
import psycopg
import pytest
import structlog
from google.protobuf.empty_pb2 import Empty
from todo_runtime.errors import Aborted, DomainError, FieldViolation, InvalidArgument, NotFound, RetryLater
from todo_runtime.errors.status import from_rpc_error, status_of_rpc_error
from todo_runtime.rpc import Call, RpcFailure
from todo_runtime.telemetry.calls import CALLS
from todo_runtime.telemetry.metrics import REGISTRY

from tests.unit.todo_runtime.rpc.conftest import LIMITS, SERVICE, Act, Rig
from tests.unit.todo_runtime.rpc.contract import EchoReply, EchoRequest

HELLO = EchoRequest(text="hello")


def raising(error: BaseException) -> Act:
    async def act(_request: Any, _call: Call) -> Any:
        raise error

    return act


async def failure(rig: Rig, act: Act, **arguments: Any) -> grpc.aio.AioRpcError:
    rig.echo.act = act
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await rig.call("Echo", HELLO, **arguments)
    return caught.value


async def never(_request: Any, _call: Call) -> Any:
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize(
    "error",
    [
        NotFound("no such list", reason="NO_LIST"),
        Aborted("the etag is not the current one", metadata={"etag": "7"}),
        InvalidArgument("not a rule", violations=[FieldViolation("task.recurrence", "is not an RRULE")]),
    ],
    ids=lambda error: error.code,
)
async def test_the_domains_errors_arrive_whole(rig: Rig, error: DomainError) -> None:
    got = from_rpc_error(await failure(rig, raising(error)))
    assert isinstance(got, type(error))
    assert (got.message, got.reason, got.violations, got.metadata) == (
        error.message,
        error.reason,
        error.violations,
        error.metadata,
    )


@pytest.mark.parametrize("error", [RetryLater("busy", timedelta(seconds=3)), psycopg.OperationalError("gone")])
async def test_a_passing_fault_is_unavailable_with_a_hint(rig: Rig, error: Exception) -> None:
    got = await failure(rig, raising(error))
    assert got.code() is grpc.StatusCode.UNAVAILABLE
    later = from_rpc_error(got)
    assert isinstance(later, RetryLater)
    assert later.retry_after is not None


async def test_the_unexpected_is_internal_and_its_text_stays_here(rig: Rig) -> None:
    with structlog.testing.capture_logs() as lines:
        got = await failure(rig, raising(ValueError("the secret text\nDETAIL: more of it")))
    assert got.code() is grpc.StatusCode.INTERNAL
    assert "secret" not in str(status_of_rpc_error(got))
    (line,) = [line for line in lines if line["event"] == "call_failed"]
    assert line["error_id"] in (got.details() or "")
    assert line["error_message"] == "the secret text"


@pytest.mark.parametrize("answer", [None, Empty(), "text"], ids=str)
async def test_a_wrong_answer_is_internal(rig: Rig, answer: Any) -> None:
    async def act(_request: Any, _call: Call) -> Any:
        return answer

    assert (await failure(rig, act)).code() is grpc.StatusCode.INTERNAL


async def test_a_call_without_a_deadline_gets_one(rig: Rig) -> None:
    got = await failure(rig, never, timeout=None)
    assert got.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert status_of_rpc_error(got).details
    assert rig.echo.calls[0].remaining == 0


async def test_a_long_deadline_is_cut(rig: Rig) -> None:
    got = await failure(rig, never, timeout=100.0)
    assert got.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert status_of_rpc_error(got).details


async def test_the_callers_own_deadline_holds(rig: Rig) -> None:
    cancelled = asyncio.Event()

    async def act(_request: Any, call: Call) -> Any:
        assert call.remaining < LIMITS.default_deadline
        try:
            await never(_request, call)
        finally:
            cancelled.set()

    got = await failure(rig, act, timeout=0.1)
    assert got.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await asyncio.wait_for(cancelled.wait(), 5)


async def test_something_that_was_given_up_is_unavailable(rig: Rig) -> None:
    got = await failure(rig, raising(asyncio.CancelledError()))
    assert got.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_caller_who_goes_away_ends_the_handler(rig: Rig) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def act(_request: Any, _call: Call) -> Any:
        begun.set()
        try:
            await never(_request, _call)
        finally:
            ended.set()

    rig.echo.act = act
    calling = asyncio.create_task(rig.call("Echo", HELLO))
    await asyncio.wait_for(begun.wait(), 5)
    calling.cancel()
    await asyncio.wait_for(ended.wait(), 5)


async def test_a_big_error_still_arrives(rig: Rig) -> None:
    violations = [FieldViolation("é" * 300, "ü" * 300) for _ in range(100)]
    got = from_rpc_error(await failure(rig, raising(InvalidArgument("ö" * 9_000, violations=violations))))
    assert isinstance(got, InvalidArgument)
    assert got.violations


async def test_a_method_that_is_not_served_says_so(rig: Rig) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await rig.call("Absent", HELLO, ())
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert "part of the contract but not served by this release" in (caught.value.details() or "")
    with pytest.raises(RpcFailure) as refused:
        await rig.server.invoke(SERVICE + "Absent", HELLO, {})
    assert refused.value.code == "UNIMPLEMENTED"


async def test_the_served_methods_are_those_that_are_overridden(rig: Rig) -> None:
    assert [method.path.removeprefix(SERVICE) for method in rig.server.methods] == [
        "Echo",
        "Open",
        "Operate",
        "Repeat",
        "Join",
        "Converse",
    ]


async def test_in_process_a_call_takes_the_same_way(rig: Rig) -> None:
    reply: Any = await rig.server.invoke(SERVICE + "Echo", HELLO, dict(rig.person()))
    assert reply.text == "hello"
    for metadata, act, code in (
        ({}, None, "UNAUTHENTICATED"),
        (dict(rig.person()), raising(NotFound("no")), "NOT_FOUND"),
        (dict(rig.person()), raising(KeyError("x")), "INTERNAL"),
        (dict(rig.person()), never, "DEADLINE_EXCEEDED"),
    ):
        rig.echo.act = act
        with pytest.raises(RpcFailure) as caught:
            await rig.server.invoke(SERVICE + "Echo", HELLO, metadata)
        assert caught.value.code == code


async def test_a_deadline_in_process_spares_the_task_that_called(rig: Rig) -> None:
    rig.echo.act = never
    with pytest.raises(RpcFailure):
        await rig.server.invoke(SERVICE + "Echo", HELLO, dict(rig.person()), timeout=0.01)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    rig.echo.act = None
    await rig.server.invoke(SERVICE + "Echo", HELLO, dict(rig.person()))


async def test_a_call_whose_time_is_over_is_not_begun(rig: Rig) -> None:
    with pytest.raises(RpcFailure) as caught:
        await rig.server.invoke(SERVICE + "Echo", HELLO, dict(rig.person()), timeout=0.0)
    assert caught.value.code == "DEADLINE_EXCEEDED"
    assert rig.echo.calls == []


async def test_calls_are_counted(rig: Rig) -> None:
    calls = CALLS.method(SERVICE + "Echo")
    before = dict(calls.codes), sum(calls.buckets)
    await rig.call("Echo", HELLO)
    await failure(rig, raising(NotFound("no")))
    assert calls.codes["OK"] == before[0].get("OK", 0) + 1
    assert calls.codes["NOT_FOUND"] == before[0].get("NOT_FOUND", 0) + 1
    assert sum(calls.buckets) == before[1] + 2
    assert calls.in_flight == 0
    labels = {"method": "todo.test.v1.EchoService/Echo", "code": "OK"}
    assert REGISTRY.get_sample_value("todo_rpc_requests_total", labels) == calls.codes["OK"]


async def test_stopping_lets_a_call_finish(rig: Rig) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def act(_request: Any, _call: Call) -> Any:
        begun.set()
        await go_on.wait()
        return EchoReply(text="done")

    rig.echo.act = act
    calling = asyncio.create_task(rig.call("Echo", HELLO, timeout=0.35))
    await asyncio.wait_for(begun.wait(), 5)
    stopping = asyncio.create_task(rig.server.stop())
    go_on.set()
    assert (await calling).text == "done"
    await stopping
