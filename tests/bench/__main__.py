"""`make bench`: every measured path beside its floor, in one table. Nothing fails on an absolute time."""

import argparse
import asyncio
import os
from collections.abc import Sequence

import grpc
import uvloop
from todo_stack.databases import ServiceDatabase
from todo_stack.hosted import HostedStack, private_stack

from tests.bench import change_path, codec, create_path, latency, relay
from tests.bench.latency import Latency
from tests.bench.people import sign_up
from tests.bench.rates import Rate

CONSUMERS = ("audit", "notification", "recurring_task", "sync")


def main() -> None:
    """Runs all benchmarks on a stack of their own."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--codec", action="store_true", help="the codec only, without a stack")
    options = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.2f}, cores: {os.cpu_count()}")
    for title, found in uvloop.run(codec.measure(options.seconds / 5, options.rounds)).items():
        print_rates(f"codec: {title}", found, target=1 / 1.2)
    if options.codec:
        return
    with private_stack(services=None) as stack:
        stack.halt("chat_api")
        with stack.database("chat_api") as floor:
            stack.resume("chat_api")
            uvloop.run(_measure(stack, floor, options.seconds, options.rounds))


async def _measure(stack: HostedStack, floor: ServiceDatabase, seconds: float, rounds: int) -> None:
    plan = stack.blueprint
    async with grpc.aio.insecure_channel(f"127.0.0.1:{plan.ports['chat_api_grpc']}") as channel:
        people = await sign_up(channel, 32)
        print_latencies(
            await latency.measure(
                channel,
                people[0],
                people[1],
                f"ws://127.0.0.1:{plan.ports['sync_http']}/v1/sync",
                plan.kafka_bootstrap,
                floor,
                count=200,
            )
        )
        rates = await create_path.measure(channel, people, floor, seconds, rounds)
        print_rates("create path, all services at work on the same cores", rates, target=0.4)
        for service in CONSUMERS:
            await asyncio.to_thread(stack.halt, service)
        rates = await create_path.measure(channel, people, floor, seconds, rounds)
        print_rates("create path, chat_api and its relay alone", rates, target=0.4)
        rates = await change_path.measure(channel, people, floor, seconds, rounds)
        print_rates("changes, chat_api and its relay alone", rates, target=None)
    await asyncio.to_thread(stack.halt, "chat_api")
    print_rates("relay", await relay.measure(plan.kafka_bootstrap, floor, 20_000, rounds), target=0.3)


def print_rates(title: str, rates: Sequence[Rate], *, target: float | None) -> None:
    """The floor first, the others as a part of it."""
    floor = rates[0]
    wanted = "" if target is None else f" (target {target:.2f})"
    print(f"\n{title:<54} {'median/s':>9} {'least':>8} {'most':>8}   of floor{wanted}")
    for rate in rates:
        part = "" if rate is floor else f"{rate.median / floor.median:.2f}"
        print(f"  {rate.name:<52} {rate.median:9.0f} {rate.least:8.0f} {rate.most:8.0f}   {part}")


def print_latencies(latencies: Sequence[Latency]) -> None:
    """The legs, their sum, and the product as a multiple of it."""
    *legs, product = latencies
    total50, total99 = sum(leg.p50 for leg in legs), sum(leg.p99 for leg in legs)
    print(f"\n{'create → frame':<44} {'p50 ms':>9} {'p99 ms':>9}")
    for leg in legs:
        print(f"  {leg.name:<42} {leg.p50:9.2f} {leg.p99:9.2f}")
    print(f"  {'sum of the floors':<42} {total50:9.2f} {total99:9.2f}")
    times = f"{product.p50 / total50:.2f}x (target 2), {product.p99 / total99:.2f}x (target 3)"
    print(f"  {product.name:<42} {product.p50:9.2f} {product.p99:9.2f}   {times}")


if __name__ == "__main__":
    main()
