"""A key-value store behind one interface: in PostgreSQL, or behind the state API of a Dapr sidecar.

Guarantees: with an etag, a write succeeds only on the version that was read. Both stores pass one suite (tests/dapr).
"""

from todo_runtime.state.dapr import DaprState
from todo_runtime.state.interface import StateStore, StateValue
from todo_runtime.state.local import LocalState

__all__ = ["DaprState", "LocalState", "StateStore", "StateValue"]
