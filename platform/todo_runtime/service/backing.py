"""Decides where a service keeps small values and finds its secrets: its own files and database, or a Dapr sidecar."""

from dataclasses import dataclass
from functools import partial

from todo_runtime.config import Settings
from todo_runtime.db import Database
from todo_runtime.health import Health
from todo_runtime.secrets import DaprSecrets, LocalSecrets, SecretStore
from todo_runtime.service.lifetime import Lifetime
from todo_runtime.sidecar import Sidecar, watch
from todo_runtime.state import DaprState, LocalState, StateStore


@dataclass(frozen=True)
class Backing:
    """What a service asks for secrets, and for a store of its small values."""

    secrets: SecretStore
    sidecar: Sidecar | None = None

    def state(self, database: Database) -> StateStore:
        """The sidecar's store where there is a sidecar, the table of this database otherwise."""
        return LocalState(database) if self.sidecar is None else DaprState(self.sidecar)


async def open_backing(settings: Settings, health: Health, parts: Lifetime) -> Backing:
    """What the settings say. A sidecar that is down makes the service degraded (component `sidecar`)."""
    if settings.dapr is None:
        return Backing(LocalSecrets(settings.secrets_dir))
    sidecar = await parts.enter(Sidecar(settings.dapr))
    parts.spawn("sidecar", watch(sidecar, partial(health.set, "sidecar")))
    return Backing(DaprSecrets(sidecar, settings.service), sidecar)
