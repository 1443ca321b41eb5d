"""The health of a service by component: one object for the probes, the gRPC health service and the log.

A service is ready when it has started and no *required* component fails. Any other failing component makes it
"degraded": it keeps serving and reports that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from todo_runtime.telemetry import metrics

_log = structlog.get_logger(__name__)

Report = Callable[[bool, str], None]
"""Receives whether a component works and, if not, the reason: `Health.set` for one component."""


@dataclass(frozen=True, slots=True)
class Component:
    """The state of one dependency of a service."""

    ok: bool
    reason: str
    required: bool


class Health:
    """The state of the components. Not thread-safe: change it from the event loop (`call_soon_threadsafe`)."""

    def __init__(self) -> None:
        self._components: dict[str, Component] = {}
        self._listeners: list[Callable[[], None]] = []
        self._started = False

    def require(self, name: str, reason: str = "starting") -> None:
        """Declares a component as required for readiness; it counts as failing until `set` reports it."""
        self._components[name] = Component(ok=False, reason=reason, required=True)
        self._changed(name)

    def set(self, name: str, ok: bool, reason: str = "") -> None:
        """Reports the state of a component; `reason` tells operators what is wrong, and is dropped if `ok`."""
        before = self._components.get(name)
        after = Component(ok, "" if ok else reason, required=bool(before and before.required))
        if after != before:
            self._components[name] = after
            self._changed(name)

    def start(self) -> None:
        """Marks the service as started: from now on only the components decide."""
        self._started = True
        self._notify()

    def stop(self) -> None:
        """Marks the service as stopping: it is no longer ready, whatever its components report."""
        self._started = False
        self._notify()

    @property
    def ready(self) -> bool:
        """Whether the service should receive requests."""
        return self._started and all(c.ok for c in self._components.values() if c.required)

    @property
    def status(self) -> str:
        """`starting` (also while stopping), `failing`, `degraded` or `ok`."""
        if not self._started:
            return "starting"
        if not self.ready:
            return "failing"
        return "ok" if all(c.ok for c in self._components.values()) else "degraded"

    @property
    def components(self) -> Mapping[str, Component]:
        """All components by name."""
        return dict(self._components)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Calls `listener` after each change."""
        self._listeners.append(listener)

    def _changed(self, name: str) -> None:
        component = self._components[name]
        metrics.HEALTH.labels(name).set(component.ok)
        log = _log.info if component.ok or not self._started else _log.warning
        log("health_changed", component=name, ok=component.ok, reason=component.reason)
        self._notify()

    def _notify(self) -> None:
        for listener in self._listeners:
            listener()
