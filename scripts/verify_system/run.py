"""Runs the steps in order, prints each with its time, stops at the first that fails."""

import argparse
import asyncio
import time
from collections.abc import Sequence

import grpc
import httpx
import websockets

from verify_system.steps import STEPS
from verify_system.system import Failed, System

FAULTS = (Failed, httpx.HTTPError, grpc.RpcError, OSError, websockets.WebSocketException, TimeoutError)


def run(arguments: Sequence[str]) -> int:
    """All steps; the exit code."""
    parser = argparse.ArgumentParser(prog="verify-system.py", description="Drives the whole event flow.")
    parser.add_argument("--target", default="http://127.0.0.1:8080", help="base URL of the REST gateway")
    parser.add_argument("--grpc", default="", help="gRPC address of chat_api; the target's host, port 50051")
    parser.add_argument("--no-webhook", action="store_true", help="the system can't reach this machine")
    parser.add_argument("--sync", default="", help="URL of the WebSocket; as the gateway says, behind a tunnel yours")
    given = parser.parse_args(arguments)
    return asyncio.run(_run(System(given.target, given.grpc, given.sync, webhook=not given.no_webhook)))


async def _run(system: System) -> int:
    began = time.perf_counter()
    async with system:
        for number, step in enumerate(STEPS, start=1):
            if not await _step(system, number, step):
                return 1
    print(f"\nAll {len(STEPS)} steps passed in {time.perf_counter() - began:.1f} s.")
    return 0


async def _step(system: System, number: int, step) -> bool:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    text = (step.__doc__ or step.__name__).strip().rstrip(".")
    try:
        note = await step(system)
    except FAULTS as error:
        print(f"  FAIL {number:2}  {text}\n         {type(error).__name__}: {error}")
        return False
    elapsed = (time.perf_counter() - started) * 1000
    print(f"  ok   {number:2}  {text:<86} {elapsed:7.0f} ms{f'  ({note})' if note else ''}", flush=True)
    return True
