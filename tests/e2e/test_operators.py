"""Who runs the system: how the role is got, and what it opens."""

import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from todo.ops.v1 import dead_letter_service_pb2 as pb
from todo.ops.v1.client import DeadLetterServiceClient
from todo_stack.hosted import HostedStack

from tests.integration.sync.people import Addresses, Person

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "operator-token.py"


async def test_whoever_has_the_signing_key_is_an_operator_and_nobody_else(running_system: HostedStack) -> None:
    plan = running_system.blueprint
    person = await Person.sign_up(Addresses(running_system))
    await person.http.aclose()
    token = person.token
    operator = _operator(token, plan.secrets.of("chat_api") / "signing-key")
    forged = _operator(token, plan.secrets.of("sync") / "signing-key")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{plan.ports['audit_grpc']}") as channel:
        desk = DeadLetterServiceClient(channel)
        await desk.list_dead_letters(pb.ListDeadLettersRequest(), metadata=_bearer(operator))
        for refused, code in ((token, "PERMISSION_DENIED"), (forged, "UNAUTHENTICATED")):
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await desk.list_dead_letters(pb.ListDeadLettersRequest(), metadata=_bearer(refused))
            assert error.value.code().name == code


def _operator(token: str, key: Path) -> str:
    command = [sys.executable, str(SCRIPT), "--key", str(key)]
    return subprocess.run(command, input=token, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def _bearer(token: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {token}")]
