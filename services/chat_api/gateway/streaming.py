"""Streamed responses: one JSON object per line, or server-sent events where the client asks for them.

Guarantees: a call that fails before its first response gets an ordinary error; one that fails later ends with an object
(event `error`) that holds the google.rpc.Status.
"""

from collections.abc import AsyncIterator

import orjson
from google.protobuf.message import Message
from todo_runtime.rest.routes import EVENTS, LINES
from todo_runtime.rpc import RpcFailure

from services.chat_api.gateway.asgi import Send, send_chunk, start_stream
from services.chat_api.gateway.failures import HttpFailure, status_json
from services.chat_api.gateway.transcoding import json_of


async def send_stream(send: Send, responses: AsyncIterator[Message], *, as_events: bool) -> None:
    """Sends all responses. Raises HttpFailure when the call fails before the first one."""
    try:
        first = await anext(responses, None)
    except RpcFailure as failure:
        raise HttpFailure.of(failure) from failure
    await start_stream(send, EVENTS if as_events else LINES)
    if first is not None:
        await send_chunk(send, _chunk(json_of(first), as_events=as_events))
        await _send_rest(send, responses, as_events=as_events)
    await send_chunk(send, b"", last=True)


async def _send_rest(send: Send, responses: AsyncIterator[Message], *, as_events: bool) -> None:
    try:
        async for response in responses:
            await send_chunk(send, _chunk(json_of(response), as_events=as_events))
    except RpcFailure as failure:
        error = orjson.dumps({"error": status_json(failure.status)})
        await send_chunk(send, b"event: error\n" + _chunk(error, as_events=True) if as_events else error + b"\n")


def _chunk(document: bytes, *, as_events: bool) -> bytes:
    return b"data: " + document + b"\n\n" if as_events else document + b"\n"
