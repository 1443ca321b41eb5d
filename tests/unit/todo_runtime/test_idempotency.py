"""What identifies a request, and how its outcome becomes a response."""

import hashlib
import importlib
from pathlib import Path
from uuid import UUID

import todo
from buf.validate import validate_pb2
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.empty_pb2 import Empty
from todo.notification.v1 import notification_service_pb2 as pb
from todo_runtime.idempotency import Replay, empty, reply, request_of

ID = "018f3a5e-0000-7000-8000-000000000001"


def shown(title: str) -> pb.Notification:
    return pb.Notification(name="notifications/1", title=title)


def test_a_request_without_an_id_has_no_identity() -> None:
    assert request_of(pb.MarkReadRequest(name="notifications/1"), "MarkRead", shown) is None


def test_a_request_is_identified_by_its_id_its_method_and_all_that_is_in_it() -> None:
    message = pb.MarkReadRequest(name="notifications/1", request_id=ID)
    request = request_of(message, "MarkRead", shown)
    assert request is not None
    assert request.key.request_id == UUID(ID)
    assert request.key.method == "MarkRead"
    assert request.key.body_hash == hashlib.sha256(message.SerializeToString(deterministic=True)).digest()
    other = request_of(pb.MarkReadRequest(name="notifications/2", request_id=ID), "MarkRead", shown)
    assert other is not None
    assert other.key.body_hash != request.key.body_hash


def test_what_a_repeat_gets_is_what_the_first_got() -> None:
    request = request_of(pb.MarkReadRequest(name="notifications/1", request_id=ID), "MarkRead", shown)
    assert request is not None
    first = reply("milk", shown, pb.Notification)
    assert reply(Replay(request.encode("milk")), shown, pb.Notification) == first == shown("milk")


def test_the_replay_of_a_method_without_a_result_is_empty() -> None:
    assert reply(None, empty, Empty) == reply(Replay(b""), empty, Empty) == Empty()


def test_every_contract_ensures_that_a_request_id_is_a_uuid() -> None:
    fields = {
        field
        for path in Path(todo.__path__[0]).rglob("*_pb2.py")
        for kind in _contract(path).message_types_by_name.values()
        for field in kind.fields
        if field.name == "request_id"
    }
    assert len(fields) > 30
    for field in fields:
        assert field.GetOptions().Extensions[validate_pb2.field].string.uuid, field.full_name


def _contract(path: Path) -> FileDescriptor:
    name = path.relative_to(Path(todo.__path__[0]).parent).with_suffix("")
    contract: FileDescriptor = importlib.import_module(".".join(name.parts)).DESCRIPTOR
    return contract
