"""Fills the cache with every component and its classes, with progress: `python -m todo_stack.prefetch`."""

import sys

from todo_stack import parts
from todo_stack.account import unprivileged
from todo_stack.class_cache import record_class_caches
from todo_stack.errors import StackError
from todo_stack.paths import cache_dir


def main() -> int:
    """Fetch, verify and unpack what is missing, record the classes of what is Java; the exit code."""
    try:
        found = parts.obtain(parts.NAMES, cache_dir(), account=unprivileged(), say=_say)
        record_class_caches(found, cache_dir(), _say)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
