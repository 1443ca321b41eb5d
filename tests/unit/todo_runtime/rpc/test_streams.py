"""Calls that stream, either way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import grpc
import pytest
from todo_runtime.errors import InvalidArgument, NotFound
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.rpc import Call, RpcFailure
from todo_runtime.telemetry.calls import CALLS
from todo_runtime.testing import eventually

from tests.unit.todo_runtime.rpc.conftest import SERVICE, Rig
from tests.unit.todo_runtime.rpc.contract import EchoReply, EchoRequest

HELLO = EchoRequest(text="hello")


async def requests(*texts: str) -> AsyncIterator[Any]:
    for text in texts:
        yield EchoRequest(text=text)


def repeat(rig: Rig, timeout: float | None = 5.0) -> Any:
    invoke: Any = rig.channel.unary_stream(SERVICE + "Repeat", EchoRequest.SerializeToString, EchoReply.FromString)
    return invoke(HELLO, metadata=rig.person(), timeout=timeout)


def join(rig: Rig, *texts: str) -> Any:
    invoke: Any = rig.channel.stream_unary(SERVICE + "Join", EchoRequest.SerializeToString, EchoReply.FromString)
    return invoke(requests(*texts), metadata=rig.person(), timeout=5)


async def test_responses_come_in_order(rig: Rig) -> None:
    assert [reply.text async for reply in repeat(rig)] == ["hello"] * 3
    assert rig.echo.streams_closed == 1


async def test_an_error_in_the_middle_is_told(rig: Rig) -> None:
    async def act(_request: Any, _call: Call) -> Any:
        raise NotFound("gone meanwhile")

    rig.echo.act = act
    call = repeat(rig)
    assert [(await call.read()).text for _ in range(3)] == ["hello"] * 3
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


async def test_a_stream_has_an_end_too(rig: Rig) -> None:
    async def act(_request: Any, _call: Call) -> Any:
        await asyncio.get_running_loop().create_future()

    rig.echo.act = act
    call = repeat(rig, timeout=None)
    for _ in range(3):
        await call.read()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call.read()
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert rig.echo.streams_closed == 1


async def test_a_client_that_leaves_closes_the_handler(rig: Rig) -> None:
    async def act(_request: Any, _call: Call) -> Any:
        await asyncio.get_running_loop().create_future()

    rig.echo.act = act
    call = repeat(rig)
    async for _ in call:
        call.cancel()
        break
    await eventually(lambda: rig.echo.streams_closed == 1, what="the end of the handler")


async def test_requests_can_stream(rig: Rig) -> None:
    assert (await join(rig, "a", "b", "c")).text == "abc"


async def test_each_request_of_a_stream_is_checked(rig: Rig) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await join(rig, "a", "", "c")
    error = from_rpc_error(caught.value)
    assert isinstance(error, InvalidArgument)
    assert [violation.field for violation in error.violations] == ["text"]


async def test_both_sides_can_stream(rig: Rig) -> None:
    invoke: Any = rig.channel.stream_stream(SERVICE + "Converse", EchoRequest.SerializeToString, EchoReply.FromString)
    call = invoke(requests("a", "b"), metadata=rig.person(), timeout=5)
    assert [reply.text async for reply in call] == ["a", "b"]


async def test_in_process_a_stream_takes_the_same_way(rig: Rig) -> None:
    replies = rig.server.invoke_stream(SERVICE + "Repeat", HELLO, dict(rig.person()))
    texts = [reply.text async for reply in replies]  # type: ignore[attr-defined] # known at run time only
    assert texts == ["hello"] * 3
    with pytest.raises(RpcFailure) as caught:
        await anext(rig.server.invoke_stream(SERVICE + "Repeat", HELLO, {}))
    assert caught.value.code == "UNAUTHENTICATED"


async def test_a_reader_in_process_may_stop_early(rig: Rig) -> None:
    replies: Any = rig.server.invoke_stream(SERVICE + "Repeat", HELLO, dict(rig.person()))
    async with aclosing(replies):
        await anext(replies)
    assert rig.echo.streams_closed == 1
    assert CALLS.method(SERVICE + "Repeat").in_flight == 0
