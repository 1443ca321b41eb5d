"""Follows the caller's changes as they happen: python changes.py TOKEN localhost:50051 localhost:50055"""

import asyncio
import sys

from todo.client import Todo
from todo.sync.v1.sync_service_pb2 import SubscribeRequest


async def main(token: str, target: str, sync: str) -> None:
    """Until it is interrupted; every change brings the whole task."""
    async with Todo(target, token=token, targets={"sync": sync}) as todo:
        async for change in todo.sync.subscribe(SubscribeRequest()):
            print(change.type, change.task.title or change.stream, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
