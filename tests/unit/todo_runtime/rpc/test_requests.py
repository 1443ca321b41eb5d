"""What comes in as a request: never more than the contract allows, and the answer says what is wrong."""

from typing import Any

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protovalidate import Validator
from todo_runtime.errors import FieldViolation, InvalidArgument
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.rpc.requests import RequestReader

from tests.unit.todo_runtime.rpc.conftest import SERVICE, Rig
from tests.unit.todo_runtime.rpc.contract import EchoRequest, Item

UNKNOWN = b"\xf8\x07\x01"  # field 127, a varint
READER = RequestReader(EchoRequest, Validator())


async def refusal(rig: Rig, request: Any) -> InvalidArgument:
    with pytest.raises(grpc.RpcError) as caught:
        await rig.call("Echo", request)
    error = from_rpc_error(caught.value)
    assert isinstance(error, InvalidArgument)
    assert rig.echo.calls == []
    return error


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (EchoRequest(), "text"),
        (EchoRequest(text="x" * (1 << 20)), "text"),
        (EchoRequest(text="x", items=[Item(), Item(name="x" * 11)]), "items[1].name"),
        (EchoRequest(text="x", named={"a": Item(name="x" * 11)}), 'named["a"].name'),
        (EchoRequest(text="x", item=Item(inner=Item(name="x" * 11))), "item.inner.name"),
    ],
    ids=["empty", "a MiB", "in a list", "in a map", "nested"],
)
async def test_a_broken_rule_names_its_field(rig: Rig, request_: Any, field: str) -> None:
    error = await refusal(rig, request_)
    assert [violation.field for violation in error.violations] == [field]
    assert error.reason == "INVALID_REQUEST"
    assert error.message.startswith(f"The request is not valid: {field}: ")


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (EchoRequest(text="a\0b"), "text"),
        (EchoRequest(text="x", items=[Item(), Item(name="\0")]), "items[1].name"),
    ],
    ids=["at the top", "in a list"],
)
async def test_the_character_zero_is_refused(rig: Rig, request_: Any, field: str) -> None:
    """Neither PostgreSQL nor a terminal keeps a text that has it."""
    error = await refusal(rig, request_)
    assert [violation.field for violation in error.violations] == [field]


async def test_all_broken_rules_are_told(rig: Rig) -> None:
    error = await refusal(rig, EchoRequest(items=[Item(name="x" * 11)] * 3))
    assert len(error.violations) == 4


@pytest.mark.parametrize("data", [b"\xff", b"\x0a\xff\x01x", b"\x0a\x01\xff"], ids=["cut", "too short", "no UTF-8"])
async def test_bytes_that_are_no_message(rig: Rig, data: bytes) -> None:
    assert (await refusal(rig, data)).reason == "MALFORMED_REQUEST"


@pytest.mark.parametrize(
    ("data", "path", "kind"),
    [
        (b"\x0a\x01x" + UNKNOWN, "", "EchoRequest"),
        (b"\x0a\x01x\x12\x03" + UNKNOWN, "items[0]", "Item"),
        (b"\x0a\x01x\x22\x03" + UNKNOWN, "item", "Item"),
        (b"\x0a\x01x\x22\x05\x12\x03" + UNKNOWN, "item.inner", "Item"),
        (b"\x0a\x01x\x1a\x08\x0a\x01k\x12\x03" + UNKNOWN, 'named["k"]', "Item"),
    ],
    ids=["top", "in a list", "nested", "deeper", "in a map"],
)
async def test_an_unknown_field_is_named(rig: Rig, data: bytes, path: str, kind: str) -> None:
    error = await refusal(rig, data)
    assert error.reason == "UNKNOWN_FIELD"
    assert error.violations == (FieldViolation(path, f"field 127 is not part of todo.test.v1.{kind}"),)


async def test_a_message_over_the_limit_is_refused_by_grpc(rig: Rig) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        await rig.call("Echo", EchoRequest(text="x" * (5 << 20)))
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_in_process_the_same_rules_hold(rig: Rig) -> None:
    from todo_runtime.rpc import RpcFailure

    request = EchoRequest.FromString(b"\x0a\x01x" + UNKNOWN)
    for bad in (EchoRequest(), request):
        with pytest.raises(RpcFailure) as caught:
            await rig.server.invoke(SERVICE + "Echo", bad, dict(rig.person()))
        assert caught.value.code == "INVALID_ARGUMENT"


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_the_bytes_are_the_outcome_is_one_of_two(data: bytes) -> None:
    try:
        request = READER.parse(data)
    except InvalidArgument:
        return
    assert READER.parse(request.SerializeToString()) == request


def test_a_message_of_another_type_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="EchoRequest"):
        READER.adopt(Item())
