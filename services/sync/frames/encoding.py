"""Frames as JSON, and as what each transport sends."""

from typing import Final

import orjson
from google.protobuf.json_format import MessageToDict, ParseDict
from todo.sync.v1.sync_service_pb2 import SubscribeResponse
from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

_OVERHEAD: Final = 200


class JsonFrame:
    """A frame that is ready to be sent; each form is made once, when it is first needed."""

    __slots__ = ("_websocket", "json")

    def __init__(self, json: bytes) -> None:
        self.json = json
        self._websocket: bytes | None = None

    @property
    def websocket(self) -> bytes:
        """The frame as one WebSocket text frame from a server (RFC 6455, 5.2)."""
        if self._websocket is None:
            self._websocket = bytes(WebSocketFrame(Opcode.TEXT, self.json).serialize(mask=False))
        return self._websocket

    def message(self) -> SubscribeResponse:
        """The frame as a new message."""
        return ParseDict(orjson.loads(self.json), SubscribeResponse())


class JsonChange:
    """A change, encoded except for its cursor."""

    __slots__ = ("_rest",)

    def __init__(self, message: SubscribeResponse) -> None:
        self._rest = _json(message)[1:]

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self._rest) + _OVERHEAD

    def with_cursor(self, cursor: str) -> JsonFrame:
        """The frame of the change. Cursors need no escaping."""
        return JsonFrame(b'{"cursor":"%b",%b' % (cursor.encode(), self._rest))


def encode(message: SubscribeResponse) -> JsonFrame:
    """The frame of a message."""
    return JsonFrame(_json(message))


def _json(message: SubscribeResponse) -> bytes:
    return orjson.dumps(MessageToDict(message))
