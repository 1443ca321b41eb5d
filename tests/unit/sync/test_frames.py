"""Frames: a change is the same over both transports."""

import orjson
from todo.sync.v1.sync_service_pb2 import SubscribeResponse

from services.sync.frames.encoding import JsonChange, JsonFrame
from tests.unit.sync.harness import NAME

MESSAGE = SubscribeResponse(type="task.created", stream=NAME, changed=["title ü"])


def frame() -> JsonFrame:
    return JsonChange(MESSAGE).with_cursor("1.7.0")


def test_a_change_gets_its_cursor_when_it_is_sent() -> None:
    expected = {"cursor": "1.7.0", "type": "task.created", "stream": NAME, "changed": ["title ü"]}
    assert orjson.loads(frame().json) == expected


def test_both_transports_send_the_same() -> None:
    expected = SubscribeResponse()
    expected.CopyFrom(MESSAGE)
    expected.cursor = "1.7.0"
    assert frame().message() == expected
    assert frame().websocket == bytes([0x81, len(frame().json)]) + frame().json
