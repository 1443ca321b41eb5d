"""`python -m todo_contracts <command>`: the contract pipeline without the `todo` command."""

import argparse
import sys

from todo_contracts.commands import add_commands


def main() -> int:
    """Run one command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="todo_contracts", description="The contract pipeline.")
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
    options = parser.parse_args()
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
