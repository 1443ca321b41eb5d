"""Fills the cache with every component, with progress: `python -m todo_stack.prefetch`, before the tests."""

import sys

from todo_stack import parts
from todo_stack.account import unprivileged
from todo_stack.errors import StackError
from todo_stack.paths import cache_dir


def main() -> int:
    """Fetch, verify and unpack what is missing; the exit code."""
    try:
        parts.obtain(parts.NAMES, cache_dir(), account=unprivileged(), say=lambda text: print(text, flush=True))
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
