"""The transactional outbox: events are written in the transaction that causes them and published by the relay."""

from todo_runtime.db.signal import OutboxSignal
from todo_runtime.outbox.message import Outgoing, outgoing
from todo_runtime.outbox.relay import Relay
from todo_runtime.outbox.streams import StreamKey, append, append_locked, lock_streams

__all__ = [
    "OutboxSignal",
    "Outgoing",
    "Relay",
    "StreamKey",
    "append",
    "append_locked",
    "lock_streams",
    "outgoing",
]
