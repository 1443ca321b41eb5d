"""Gets the downloadable parts ready to run: fetched, verified, unpacked."""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from todo_stack.account import Account
from todo_stack.artifacts import Component, component
from todo_stack.download import Downloader, Say
from todo_stack.errors import StackError
from todo_stack.unpack import unpacked

NAMES = frozenset({"postgres", "kafka", "registry"})


@dataclass(frozen=True)
class Parts:
    """Where the programs are; a part that was not asked for is None (or empty)."""

    postgres: Path | None
    kafka: tuple[Path, ...]
    registry: Path | None


def obtain(
    names: Collection[str],
    cache: Path,
    *,
    account: Account | None,
    say: Say,
    interrupted: Callable[[], bool] = lambda: False,
) -> Parts:
    """Fetch and unpack the named parts (blocking). Raises StackError, also when `interrupted`."""
    cache.mkdir(parents=True, exist_ok=True)
    if account and not account.can_reach(cache):
        raise StackError(
            f"The cache {cache} can't be read by the user {account.name}, as which PostgreSQL must run: "
            "set TODO_CACHE_DIR to a folder that everybody may enter, or start the stack as another user."
        )
    wanted = {name: component(name) for name in sorted(names)}
    meter = _Meter(say, interrupted)
    downloader = Downloader(cache, say=say, progress=meter.add)
    meter.expect(sum(item.size for part in wanted.values() for item in downloader.missing(part)))
    downloader.fetch(list(wanted.values()))
    with ThreadPoolExecutor(len(NAMES)) as pool:
        homes = {
            name: pool.submit(_home, part, cache, downloader, say)
            for name, part in wanted.items()
            if len(part.artifacts) == 1
        }
    kafka = tuple(downloader.path(item) for item in wanted["kafka"].artifacts) if "kafka" in wanted else ()
    found = {name: home.result() for name, home in homes.items()}
    return Parts(found.get("postgres"), kafka, found.get("registry"))


def _home(part: Component, cache: Path, downloader: Downloader, say: Say) -> Path:
    (archive,) = part.artifacts
    return unpacked(cache, part, downloader.path(archive), say)


class _Meter:
    """Says how far the downloads are, in steps of a tenth."""

    def __init__(self, say: Say, interrupted: Callable[[], bool]) -> None:
        self._say = say
        self._interrupted = interrupted
        self._lock = threading.Lock()
        self._expected = 0
        self._done = 0

    def expect(self, size: int) -> None:
        """The number of bytes to come; announces them."""
        self._expected = size
        if size:
            self._say(f"Downloading {size / 1e6:.0f} MB (PostgreSQL, Kafka, schema registry).")

    def add(self, size: int) -> None:
        """More bytes have arrived (from any thread). Raises StackError to break the download off."""
        if self._interrupted():
            raise StackError("The download was interrupted; what is complete is kept.")
        with self._lock:
            before = self._tenths()
            self._done += size
            if (after := self._tenths()) != before:
                self._say(f"  {after * 10:3d} %  {self._done / 1e6:.0f} of {self._expected / 1e6:.0f} MB")

    def _tenths(self) -> int:
        return self._done * 10 // max(self._expected, 1)
