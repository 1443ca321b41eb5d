"""What every server answers besides its contract, and how clients find it again."""

import asyncio
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2
from todo_runtime.auth import Authenticator, TokenVerifier
from todo_runtime.health import Health
from todo_runtime.rpc import RpcServer, Servicer, channel, served_methods, snake_case

from tests.unit.todo_runtime.rpc.conftest import KEYS, SERVICE, Echo, Rig
from tests.unit.todo_runtime.rpc.contract import EchoReply, EchoRequest, EchoServicer

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


def watch(rig: Rig, service: str) -> Any:
    invoke: Any = rig.channel.unary_stream(
        "/grpc.health.v1.Health/Watch",
        health_pb2.HealthCheckRequest.SerializeToString,
        health_pb2.HealthCheckResponse.FromString,
    )
    return invoke(health_pb2.HealthCheckRequest(service=service), timeout=10)


@pytest.mark.parametrize("service", ["", "todo.test.v1.EchoService"])
async def test_health_follows_readiness(rig: Rig, service: str) -> None:
    statuses = watch(rig, service)
    assert (await statuses.read()).status == SERVING
    rig.health.require("database")
    assert (await statuses.read()).status == NOT_SERVING
    rig.health.set("database", ok=True)
    assert (await statuses.read()).status == SERVING
    rig.health.set("kafka", ok=False, reason="degraded only")
    rig.health.stop()
    assert (await statuses.read()).status == NOT_SERVING


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
async def test_reflection_lists_and_describes(rig: Rig, version: str) -> None:
    async def asked() -> Any:
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        yield reflection_pb2.ServerReflectionRequest(file_containing_symbol="todo.test.v1.EchoService")

    invoke: Any = rig.channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        reflection_pb2.ServerReflectionRequest.SerializeToString,
        reflection_pb2.ServerReflectionResponse.FromString,
    )
    listed, described = [answer async for answer in invoke(asked(), timeout=10)]
    names = {service.name for service in listed.list_services_response.service}
    assert {"todo.test.v1.EchoService", "grpc.health.v1.Health"} <= names
    assert any(b"EchoRequest" in file for file in described.file_descriptor_response.file_descriptor_proto)


def make_server(address: str, *servicers: Servicer) -> RpcServer:
    authenticator = Authenticator(TokenVerifier(KEYS.jwks, person_issuer="people"))
    return RpcServer(servicers or [Echo()], authenticator, address=address, callers={}, health=Health())


async def test_a_port_in_use_is_named(rig: Rig) -> None:
    with pytest.raises(OSError, match=f"127.0.0.1:{rig.server.port}"):
        await make_server(f"127.0.0.1:{rig.server.port}").start()


async def test_a_client_finds_a_server_that_comes_back() -> None:
    first = make_server("127.0.0.1:0")
    await first.start()
    async with channel(f"127.0.0.1:{first.port}") as opened:
        invoke: Any = opened.unary_unary(SERVICE + "Open", EchoRequest.SerializeToString, EchoReply.FromString)
        await invoke(EchoRequest(text="x"), timeout=5)
        await first.stop()
        calling = asyncio.ensure_future(invoke(EchoRequest(text="again"), timeout=10, wait_for_ready=True))
        async with make_server(f"127.0.0.1:{first.port}"):
            assert (await calling).text == "again"


def test_an_overridden_method_is_served_whatever_is_between() -> None:
    class Between(EchoServicer):
        async def absent(self, _request: Any, _call: Any) -> Any:
            return EchoReply()

    class Leaf(Between):
        pass

    assert [method.descriptor.name for method in served_methods(Leaf())] == ["Absent"]
    assert served_methods(EchoServicer()) == []


class Opening(EchoServicer):
    """One part of the service."""

    async def open(self, request: Any, _call: Any) -> Any:
        return EchoReply(text=request.text)


class Echoing(EchoServicer):
    """Another part, whose methods come first in the contract."""

    async def echo(self, request: Any, _call: Any) -> Any:
        return EchoReply(text=request.text)


async def test_several_servicers_serve_one_service_between_them() -> None:
    server = make_server("127.0.0.1:0", Opening(), Echoing())
    assert [method.descriptor.name for method in server.methods] == ["Echo", "Open"]
    async with server, channel(f"127.0.0.1:{server.port}") as opened:
        invoke: Any = opened.unary_unary(SERVICE + "Open", EchoRequest.SerializeToString, EchoReply.FromString)
        assert (await invoke(EchoRequest(text="by gRPC"), timeout=5)).text == "by gRPC"
        in_process: Any = await server.invoke(SERVICE + "Open", EchoRequest(text="in process"), {})
        assert in_process.text == "in process"


async def test_what_no_part_serves_is_unimplemented() -> None:
    async with (
        make_server("127.0.0.1:0", Opening(), Echoing()) as server,
        channel(f"127.0.0.1:{server.port}") as opened,
    ):
        invoke: Any = opened.unary_unary(SERVICE + "Absent", EchoRequest.SerializeToString, EchoReply.FromString)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await invoke(EchoRequest(text="x"), timeout=5)
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("second", [Opening, Echo])
def test_a_method_that_two_servicers_serve_is_refused(second: type[EchoServicer]) -> None:
    with pytest.raises(ValueError, match=f"todo.test.v1.EchoService.Open is served by Opening and {second.__name__}"):
        make_server("127.0.0.1:0", Opening(), second())


@pytest.mark.parametrize(
    ("name", "expected"), [("CreateTask", "create_task"), ("GetMyURL", "get_my_url"), ("URLOf2Tasks", "url_of2_tasks")]
)
def test_names(name: str, expected: str) -> None:
    assert snake_case(name) == expected
