"""Runs a service: logs, traces, probes, its own parts in the order of their start, and their end in reverse.

Guarantees: SIGTERM and SIGINT stop intake first and close what everything stands on last, within a time limit; a part
that fails takes the process down with its reason and exit code 1, and never leaves it half alive; a second signal
ends it at once.
"""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import structlog
import uvloop

from todo_runtime.config import ConfigError, LogSettings, Settings, log_format
from todo_runtime.health import Health
from todo_runtime.service.lifetime import cancel
from todo_runtime.service.probes import ProbeServer
from todo_runtime.service.service import Service
from todo_runtime.telemetry import logs, metrics, tracing

GC_THRESHOLDS = (20_000, 20, 50)
"""Objects and generations between collections: a request makes many objects and hardly any cycle."""

STOP_SECONDS = 25.0
"""How long a stop may take; less than the 30 s after which Kubernetes kills."""

_log = structlog.get_logger(__name__)


Start = Callable[[Service], Awaitable[None]]
"""A service's own start: makes its parts, enters them, and returns."""


def run_service(start: Start, required: tuple[str, ...] = ()) -> None:
    """Reads the settings (`required` as in `Settings.from_environment`), runs the service, exits the process.

    Exit codes: 0 after a signal, 1 when a part failed, 2 when the configuration is not usable.
    """
    logs.configure(LogSettings(format=log_format(os.environ)), os.environ.get("TODO_SERVICE", ""))
    logs.take_over()
    try:
        settings = Settings.from_environment(os.environ, required)
    except ConfigError as error:
        sys.exit(_refuse(error))
    logs.configure(settings.log, settings.service)
    metrics.register_process_metrics()
    metrics.BUILD_INFO.labels(settings.version).set(1)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(serve(settings, start)))


async def serve(settings: Settings, start: Start, stop_seconds: float = STOP_SECONDS) -> int:
    """Runs a service until a signal or a failure; the exit code."""
    health = Health()
    flush_spans = tracing.configure(settings.service, settings.version, settings.otlp_endpoint)
    try:
        async with ProbeServer(health, settings.bind_host, settings.metrics_port), AsyncExitStack() as parts:
            service = Service(settings, health, parts)
            _on_signals(service)
            code = await _run(service, start)
            health.stop()
            return await _close(parts, stop_seconds, code)
    finally:
        await asyncio.to_thread(flush_spans)


async def _run(service: Service, start: Start) -> int:
    try:
        await _live(service, start)
    except ConfigError as error:
        return _refuse(error)
    except Exception as error:  # noqa: BLE001 - the end of the process: logged, and told by the exit code
        _log.critical("service_failed", **logs.describe(error))
        return 1
    _log.info("service_stopping")
    return 0


async def _live(service: Service, start: Start) -> None:
    ended = asyncio.create_task(service.until_stopped())
    starting = asyncio.ensure_future(start(service))
    try:
        await asyncio.wait([starting, ended], return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            starting.result()
            gc.collect()
            gc.set_threshold(*GC_THRESHOLDS)
            gc.freeze()  # what lives as long as the process need not be looked at again and again
            service.health.start()
            _log.info("service_started")
        await ended
    finally:
        await cancel(starting)
        await cancel(ended)


async def _close(parts: AsyncExitStack, seconds: float, code: int) -> int:
    try:
        async with asyncio.timeout(seconds):
            await parts.aclose()
    except Exception as error:  # noqa: BLE001 - the end of the process: logged, and told by the exit code
        _log.critical("service_stop_failed", **logs.describe(error))
        return code or 1
    _log.info("service_stopped")
    return code


def _on_signals(service: Service) -> None:
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        if service.stopping:
            os._exit(128 + number)
        service.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)


def _refuse(error: ConfigError) -> int:
    _log.critical("configuration_invalid", problems=error.problems)
    return 2
