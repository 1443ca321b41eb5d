"""`python -m todo_stack up` and friends: the stack's commands without the rest of `todo`."""

import argparse
import sys
from collections.abc import Sequence

from todo_stack.commands import register


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m todo_stack", description=__doc__)
    register(parser.add_subparsers(required=True, metavar="COMMAND"))
    parsed = parser.parse_args(arguments)
    code: int = parsed.run(parsed)
    return code


if __name__ == "__main__":
    sys.exit(main())
