"""One of the services: a Python process, configured by its environment alone."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from todo_stack.probe import answers
from todo_stack.process import Launch


@dataclass(frozen=True)
class Service:
    """`ports` by kind (grpc, metrics, http); `environment` is all that the service is told."""

    name: str
    root: Path
    numbers: Mapping[str, int]
    environment: Mapping[str, str]

    @property
    def title(self) -> str:
        """What people call it."""
        return f"The service {self.name}"

    @property
    def ports(self) -> dict[str, int]:
        """Every port it listens on, by what it is for."""
        return {f"{self.name} ({kind})": port for kind, port in self.numbers.items()}

    def prepare(self) -> None:
        """Nothing of its own: databases, topics and schemas are there before it starts."""

    def launch(self) -> Launch:
        """Run its composition root; it shuts down in order on SIGTERM."""
        command = (sys.executable, "-m", f"services.{self.name}.main")
        # Its own clone's code, whichever clone the environment was made for.
        code = os.pathsep.join(str(self.root / folder) for folder in ("platform", "gen"))
        environment = {**self.environment, "PYTHONPATH": code}
        return Launch(name=self.name, command=command, cwd=self.root, environment=environment)

    def is_ready(self) -> bool:
        """Whether its readiness probe says so."""
        return answers(self.numbers["metrics"], "/readyz")
