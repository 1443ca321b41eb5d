"""Starts the service that TODO_SERVICE names: what every image runs."""

import os
import re
import runpy
import sys


def main() -> None:
    """Runs `services.<name>.main` as the program."""
    name = os.environ.get("TODO_SERVICE", "")
    if not re.fullmatch(r"[a-z_]+", name):
        sys.exit("TODO_SERVICE does not name a service.")
    runpy.run_module(f"services.{name}.main", run_name="__main__")


if __name__ == "__main__":
    main()
