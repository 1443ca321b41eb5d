"""`make bench`: every path of the targets beside its floor, in one table.

    python -m tests.bench [--only NAME[,NAME]] [--seconds 2] [--rounds 5] …

A missed target is told and fails nothing; the exit code is 1 where something could not be measured.
"""

import argparse
import asyncio
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from functools import partial

import grpc
import uvloop
from todo_runtime.service.lifecycle import GC_THRESHOLDS
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack, private_stack

from tests.bench import (
    audit_path,
    backlog,
    change_path,
    codec,
    create_path,
    fan_out,
    latency,
    reads,
    relay,
    relay_cost,
    reminders,
    rest_path,
)
from tests.bench.house import SERVICES, House, Section, Sizes
from tests.bench.report import Report
from tests.bench.sockets import allow_files

CODEC = "codec"
_ALONE = frozenset({"chat_api"})
_LONGEST = 1_800.0
"""Seconds that one section may take, however large it was asked for."""
# What needs most services comes first: each is stopped once.
SECTIONS = (
    Section("latency", SERVICES, latency.measure),
    Section("create-beside-all", SERVICES, partial(create_path.measure, title="create, all services at work")),
    Section("fan-out", frozenset({"chat_api", "sync"}), fan_out.measure),
    Section("create", _ALONE, partial(create_path.measure, title="create, chat_api and its relay alone")),
    Section("change", _ALONE, change_path.measure),
    Section("rest", _ALONE, rest_path.measure),
    Section("relay-cost", _ALONE, relay_cost.measure),
    Section("reads", _ALONE, reads.measure),
    Section("backlog", frozenset({"audit"}), backlog.measure),
    Section("audit", frozenset(), audit_path.measure),
    Section("reminders", frozenset(), reminders.measure),
    Section("relay", frozenset(), relay.measure),
)
NAMES = (CODEC, *(section.name for section in SECTIONS))


def main() -> None:
    """Runs what was asked for on a stack of its own."""
    options = _options()
    sizes = Sizes(options.seconds, options.rounds, options.messages, options.due, options.backlog, options.connections)
    gc.set_threshold(*GC_THRESHOLDS)  # as the services do
    gc.freeze()
    allow_files()
    report = Report()
    print(f"load before: {os.getloadavg()[0]:.2f}, cores: {os.cpu_count()}")
    if CODEC in options.only:
        uvloop.run(codec.measure(report, sizes.seconds / 5, sizes.rounds))
    wanted = [section for section in SECTIONS if section.name in options.only]
    if wanted:
        _on_stack(wanted, sizes, report)
    report.finish()
    sys.exit(1 if report.broken else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", type=_names, default=NAMES, help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=20_000, help="messages or reminders of one round")
    parser.add_argument("--due", type=int, default=100_000, help="reminders that are due at once")
    parser.add_argument("--backlog", type=int, default=100_000, help="events that audit finds")
    parser.add_argument("--connections", type=int, default=1_000, help="WebSocket clients, in steps of 50 from 100 on")
    return parser.parse_args()


def _names(text: str) -> Sequence[str]:
    names = text.split(",")
    if unknown := sorted(set(names) - set(NAMES)):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}: choose from {', '.join(NAMES)}")
    return names


def _on_stack(wanted: Sequence[Section], sizes: Sizes, report: Report) -> None:
    with private_stack(services=None) as stack:
        stack.halt("chat_api")
        with stack.database("chat_api") as floor:
            stack.resume("chat_api")
            uvloop.run(_measure(stack, floor, sizes, report, wanted))


async def _measure(
    stack: HostedStack, floor: ServiceDatabase, sizes: Sizes, report: Report, wanted: Sequence[Section]
) -> None:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{stack.blueprint.ports['chat_api_grpc']}") as channel:
        house = House(stack, floor, channel, sizes, report)
        for section in wanted:
            try:
                async with asyncio.timeout(_LONGEST):
                    await house.arrange(section.services)
                    await section.measure(house)
            except Exception:  # noqa: BLE001 - the others can be measured all the same
                traceback.print_exc()
                house.report.broken.append(section.name)


if __name__ == "__main__":
    main()
