"""gRPC, both sides: the server with its pipeline, the base of generated servicers, and client channels."""

from todo_runtime.rpc.call import Call
from todo_runtime.rpc.client import channel
from todo_runtime.rpc.failure import RpcFailure
from todo_runtime.rpc.limits import RpcLimits
from todo_runtime.rpc.naming import snake_case
from todo_runtime.rpc.server import RpcServer
from todo_runtime.rpc.servicer import ServedMethod, Servicer, served_methods, unimplemented

__all__ = [
    "Call",
    "RpcFailure",
    "RpcLimits",
    "RpcServer",
    "ServedMethod",
    "Servicer",
    "channel",
    "served_methods",
    "snake_case",
    "unimplemented",
]
