"""kubectl, as a person at the terminal has it."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Refused(Exception):
    """kubectl said no; the message is what it printed."""


@dataclass(frozen=True)
class Kubectl:
    """Calls the API server with a kubeconfig."""

    program: Path
    kubeconfig: Path

    def __call__(self, *arguments: str, given: str | None = None, within: float = 120) -> str:
        """What the command prints. Raises Refused."""
        command = [str(self.program), "--kubeconfig", str(self.kubeconfig), *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=within, check=False)
        if done.returncode:
            raise Refused(done.stderr.strip())
        return done.stdout

    def read(self, *arguments: str) -> Any:
        """The JSON that `kubectl get` prints."""
        return json.loads(self("get", *arguments, "--output", "json"))

    def apply(self, manifests: str, *arguments: str) -> str:
        """Server-side apply of YAML documents. Raises Refused."""
        return self("apply", "--server-side", "--field-manager=tests", "-f", "-", *arguments, given=manifests)

    def answers(self) -> bool:
        """Whether the API server is ready."""
        try:
            return self("get", "--raw", "/readyz", within=5) == "ok"
        except (Refused, subprocess.TimeoutExpired):
            return False
