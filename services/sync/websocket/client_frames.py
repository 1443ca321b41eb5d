"""What clients send: `{"type":"auth","token":"…","cursors":{…},"streams":[…]}`."""

from typing import Any, Final

import orjson

from services.sync.service.subscribe import SubscribeOptions

MAX_STREAMS: Final = 1_000


class MalformedFrame(Exception):
    """The client sent something that is not part of the protocol; the message says what."""


def parse_auth(data: str | bytes) -> tuple[str, SubscribeOptions]:
    """The token and the options in an auth frame. Raises MalformedFrame."""
    if isinstance(data, bytes):
        raise MalformedFrame("A frame is text, not binary.")
    try:
        frame = orjson.loads(data)
    except ValueError:
        raise MalformedFrame("The frame is not JSON.") from None
    if not isinstance(frame, dict) or frame.get("type") != "auth" or not isinstance(frame.get("token"), str):
        raise MalformedFrame('A frame from a client is {"type":"auth","token":"…"}.')
    return frame["token"], SubscribeOptions(_cursors(frame.get("cursors")), _streams(frame.get("streams")))


def _cursors(value: Any) -> dict[str, str]:
    cursors = {} if value is None else value
    if not isinstance(cursors, dict) or len(cursors) > MAX_STREAMS:
        raise MalformedFrame("`cursors` is an object with a cursor for each stream.")
    if not all(isinstance(cursor, str) for cursor in cursors.values()):
        raise MalformedFrame("A cursor is a string.")
    return cursors


def _streams(value: Any) -> frozenset[str]:
    names = [] if value is None else value
    if not isinstance(names, list) or len(names) > MAX_STREAMS or not all(isinstance(name, str) for name in names):
        raise MalformedFrame("`streams` is a list of names.")
    return frozenset(names)
