#!/usr/bin/env python3
"""Drives the complete event flow against a running system and prints each step with its time.

    python scripts/verify-system.py [--target http://127.0.0.1:8080] [--grpc 127.0.0.1:50051] [--sync URL]

Exits with 1 at the first step that fails. It signs up people of its own, so it can run against a system in use; what
it makes stays in their workspaces. Delivery to a webhook is tried only where the system can reach this machine.
"""

import os
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
_ENVIRONMENT = CLONE / ".venv" / "bin" / "python"


def main() -> None:
    """Runs the steps in the project's own environment, whichever Python this was started with."""
    if Path(sys.prefix) != CLONE / ".venv":
        if not _ENVIRONMENT.exists():
            sys.exit("There is no environment yet: run `make up` (or `make install`) in this clone first.")
        os.execv(_ENVIRONMENT, [str(_ENVIRONMENT), *sys.argv])  # noqa: S606 - the same program, its own arguments
    sys.path.insert(0, str(CLONE / "scripts"))
    from verify_system.run import run  # noqa: PLC0415 - importable only in the environment

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
