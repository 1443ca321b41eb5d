"""`todo status`: what runs, since when, on which ports, with how much memory."""

import argparse
import contextlib
import json
import time
from dataclasses import asdict, dataclass

import psutil

from todo_stack import preflight, record
from todo_stack.paths import DataDir

_NOT_RUNNING = 3
_ROW = "{:<16} {:<11} {:>8} {:>9} {:>9} {:>9}  {}"


@dataclass(frozen=True)
class Status:
    """One component now: `uptime` in seconds, `memory` in bytes (PSS with its children), None if ended."""

    name: str
    state: str
    pid: int | None
    ports: dict[str, int]
    uptime: float | None
    memory: int | None
    restarts: int


def status(arguments: argparse.Namespace) -> int:
    """Print the table (or JSON); 3 when no stack runs on the data folder."""
    data: DataDir = arguments.data_dir
    running = record.read(data) if preflight.is_in_use(data) else None
    rows = statuses(running) if running else []
    if arguments.json:
        print(json.dumps(_as_json(running, rows), indent=1))
    elif running:
        _print(running, rows)
    else:
        print(f"No stack runs on {data.root}: start it with `todo up`.")
    return 0 if running else _NOT_RUNNING


def statuses(running: record.StackRecord) -> list[Status]:
    """The supervisor itself and every component."""
    own = record.ComponentRecord(
        "supervisor", "", "ready" if running.ready else "starting", running.pid, running.started, 0, {}, ""
    )
    return [_status(component) for component in (own, *running.components)]


def _status(component: record.ComponentRecord) -> Status:
    process = None if component.pid is None else _process(component.pid)
    since = component.started if process else None
    return Status(
        name=component.name,
        state=component.state,
        pid=component.pid,
        ports=component.ports,
        uptime=time.time() - since if since else None,
        memory=_memory(process, with_children=component.name != "supervisor") if process else None,
        restarts=component.restarts,
    )


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _memory(process: psutil.Process, *, with_children: bool) -> int:
    """Proportional set size where the system knows it (Linux), else the unique or resident size."""
    total = 0
    for one in [process, *(process.children(recursive=True) if with_children else [])]:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += _size_of(one)
    return total


def _size_of(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.AccessDenied:
        resident: int = process.memory_info().rss
        return resident
    proportional: int = getattr(full, "pss", None) or full.uss
    return proportional


def _as_json(running: record.StackRecord | None, rows: list[Status]) -> dict[str, object]:
    return {
        "running": running is not None,
        "ready": bool(running and running.ready),
        "addresses": running.addresses if running else {},
        "components": [asdict(row) for row in rows],
        "memory": sum(row.memory or 0 for row in rows),
    }


def _print(running: record.StackRecord, rows: list[Status]) -> None:
    print(_ROW.format("COMPONENT", "STATE", "PROCESS", "UPTIME", "MEMORY", "RESTARTS", "PORTS"))
    for row in rows:
        ports = " ".join(str(port) for port in row.ports.values())
        cells = (row.name, row.state, row.pid or "-", _time(row), _size(row), row.restarts, ports)
        print(_ROW.format(*cells).rstrip())
    print(f"\n{sum(row.memory or 0 for row in rows) / 2**20:.0f} MiB in all")
    for what, address in running.addresses.items():
        print(f"  {what:<24} {address}")


def _time(row: Status) -> str:
    if row.uptime is None:
        return "-"
    minutes, seconds = divmod(int(row.uptime), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _size(row: Status) -> str:
    return "-" if row.memory is None else f"{row.memory / 2**20:.0f} MiB"
