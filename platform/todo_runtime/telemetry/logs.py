"""Structured logs: one JSON object a line on standard output (or coloured text for a person).

Guarantees: every line of a call carries its method, correlation id and trace id; values under names like `token` or
`password` are masked; an unexpected error is logged with its type, first line and stack, never with its values.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import orjson
import structlog
from opentelemetry import trace

from todo_runtime.config import LogSettings
from todo_runtime.telemetry.context import current_work

EventDict = MutableMapping[str, Any]
Processor = Callable[[Any, str, EventDict], Any]

_SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token")
_MESSAGE_LENGTH = 300
_STACK_LENGTH = 12
_log = structlog.get_logger(__name__)


def configure(settings: LogSettings, service: str) -> None:
    """Sets up structlog and sends the standard library's loggers (grpc, asyncio, …) the same way."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared = _shared_processors(service)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    _configure_standard_library(level, shared, _renderer(settings))


def take_over() -> None:
    """Logs crashes, failed threads and Python warnings too, instead of leaving them as text on stderr."""
    sys.excepthook = lambda _kind, error, _trace: _log.critical("process_crashed", **describe(error))
    threading.excepthook = _thread_failed
    logging.captureWarnings(True)


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        _log.error("thread_failed", thread=failed.thread.name if failed.thread else "", **describe(failed.exc_value))


def describe(error: BaseException) -> dict[str, object]:
    """An error for a log line: its type, the first line of its text (later lines may quote data) and its stack."""
    frames = traceback.extract_tb(error.__traceback__)[-_STACK_LENGTH:]
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "error_message": str(error).partition("\n")[0][:_MESSAGE_LENGTH],
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _shared_processors(service: str) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _describe_exception,
        _with_service(service),
        _with_work,
        _with_trace,
        _mask_secrets,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _configure_standard_library(level: int, shared: Iterable[Processor], renderer: Processor) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(max(level, logging.WARNING))  # it logs every request, with its address


def _renderer(settings: LogSettings) -> Processor:
    if settings.format == "text":
        return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
    return structlog.processors.JSONRenderer(serializer=_to_json)


def _to_json(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _with_service(service: str) -> Processor:
    def add(_logger: object, _name: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return add


def _with_work(_logger: object, _name: str, event: EventDict) -> EventDict:
    work = current_work.get()
    if work is not None:
        event.setdefault("method", work.method)
        event["correlation_id"] = str(work.correlation_id)
        if work.traceparent is not None:
            event["trace_id"] = work.traceparent[3:35]
    return event


def _with_trace(_logger: object, _name: str, event: EventDict) -> EventDict:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event.setdefault("trace_id", trace.format_trace_id(span.trace_id))
    return event


def _describe_exception(_logger: object, _name: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exception() if given is True else given
    if isinstance(error, BaseException):
        event.update(describe(error))
    return event


def _mask_secrets(_logger: object, _name: str, event: EventDict) -> EventDict:
    for key in event:
        if any(word in key.lower() for word in _SECRET_WORDS):
            event[key] = "***"
    return event
