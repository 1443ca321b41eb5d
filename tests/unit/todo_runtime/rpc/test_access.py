"""Who gets in."""

from typing import Any
from uuid import uuid4

import grpc
import pytest
from todo.identity.v1 import identity_service_pb2
from todo_runtime.auth import ANONYMOUS, OPERATOR, Authenticator, Principal
from todo_runtime.errors import PermissionDenied, Unauthenticated
from todo_runtime.errors.status import from_rpc_error
from todo_runtime.rpc.access import access_of

from tests.unit.todo_runtime.rpc.conftest import REVOKED, Rig
from tests.unit.todo_runtime.rpc.contract import EchoRequest

HELLO = EchoRequest(text="hello")


async def code_of(rig: Rig, method: str, metadata: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        await rig.call(method, HELLO, metadata)
    code: grpc.StatusCode = caught.value.code()
    return code.name


async def test_a_person_gets_in(rig: Rig) -> None:
    assert (await rig.call("Echo", HELLO)).text == "hello"
    assert rig.echo.calls[0].principal.user_id == rig.echo.calls[0].person == rig.user


@pytest.mark.parametrize("metadata", [(), (("authorization", "Bearer x.y.z"),), (("authorization", "Basic eA=="),)])
async def test_without_a_token_nobody_does(rig: Rig, metadata: Any) -> None:
    assert await code_of(rig, "Echo", metadata) == "UNAUTHENTICATED"
    assert rig.echo.calls == []


async def test_a_public_method_needs_no_token_and_looks_at_none(rig: Rig) -> None:
    await rig.call("Open", HELLO, ())
    await rig.call("Open", HELLO, (("authorization", "Bearer x"),))
    assert [call.principal for call in rig.echo.calls] == [ANONYMOUS, ANONYMOUS]


async def test_an_operators_method_is_for_operators(rig: Rig) -> None:
    await rig.call("Operate", HELLO, rig.person(role=OPERATOR))
    assert await code_of(rig, "Operate", rig.person()) == "PERMISSION_DENIED"
    assert await code_of(rig, "Operate", rig.person(role="admin")) == "PERMISSION_DENIED"
    assert await code_of(rig, "Operate", ()) == "UNAUTHENTICATED"


async def test_a_service_calls_what_the_table_lists(rig: Rig) -> None:
    person, event = uuid4(), uuid4()
    await rig.call("Echo", HELLO, rig.service("helper", person, event))
    (call,) = rig.echo.calls
    assert call.principal == Principal(user_id=person, service="helper")
    assert call.causation_id == event


async def test_a_service_calls_nothing_else(rig: Rig) -> None:
    assert await code_of(rig, "Echo", rig.service("stranger")) == "PERMISSION_DENIED"
    assert await code_of(rig, "Operate", rig.service("helper")) == "PERMISSION_DENIED"


async def test_a_person_names_no_cause(rig: Rig) -> None:
    await rig.call("Echo", HELLO, (*rig.person(), ("x-todo-cause", str(uuid4()))))
    assert rig.echo.calls[0].causation_id is None


async def test_a_revoked_session_is_out(rig: Rig) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        await rig.call("Echo", HELLO, rig.person(REVOKED))
    error = from_rpc_error(caught.value)
    assert isinstance(error, Unauthenticated)
    assert error.reason == "SESSION_REVOKED"


@pytest.mark.parametrize("given", [str(uuid4()), "no uuid"])
async def test_a_correlation_id_is_kept_when_it_is_one(rig: Rig, given: str) -> None:
    await rig.call("Echo", HELLO, (*rig.person(), ("x-request-id", given)))
    assert (str(rig.echo.calls[0].correlation_id) == given) == (given != "no uuid")


@pytest.mark.parametrize(
    ("given", "kept"),
    [("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", True), ("00-00-00-00", False), ("\tx", False)],
)
async def test_a_traceparent_is_handed_on_when_it_is_one(rig: Rig, given: str, kept: bool) -> None:
    await rig.server.invoke("/todo.test.v1.EchoService/Echo", HELLO, dict(rig.person()) | {"traceparent": given})
    assert rig.echo.calls[0].traceparent == (given if kept else None)


class Anybody(Authenticator):
    """Lets the principal in that it was made with."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self.session_guard = None

    def authenticate(self, metadata: Any) -> Principal:
        del metadata
        return self._principal


def test_an_internal_method_is_for_services_only() -> None:
    service = identity_service_pb2.DESCRIPTOR.services_by_name["AccessService"]
    method = service.methods_by_name["GetAccess"]
    access = access_of(method, {"/todo.identity.v1.AccessService/GetAccess": frozenset({"sync"})})
    assert access.authorize(Anybody(Principal(service="sync")), {}).service == "sync"
    for stranger in (Principal(user_id=uuid4()), Principal(user_id=uuid4(), role=OPERATOR), Principal(service="audit")):
        with pytest.raises(PermissionDenied):
            access.authorize(Anybody(stranger), {})
