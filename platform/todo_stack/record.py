"""state.json: what a running supervisor tells other processes about itself.

Only the holder of the data folder's lock writes it, so its content is true exactly while the lock is held;
a file left behind by a killed supervisor is recognised by that.
"""

import json
from dataclasses import asdict, dataclass, field

import psutil

from todo_stack.paths import DataDir


@dataclass(frozen=True)
class ComponentRecord:
    """One component: `started` is the child's start (Unix seconds), `ports` what for → number."""

    name: str
    title: str
    state: str
    pid: int | None
    started: float | None
    restarts: int
    ports: dict[str, int]
    log: str


@dataclass(frozen=True)
class StackRecord:
    """The supervisor and its components; `addresses` what → URL or host:port."""

    pid: int
    started: float
    ready: bool
    addresses: dict[str, str] = field(default_factory=dict)
    components: tuple[ComponentRecord, ...] = ()


def write(data: DataDir, record: StackRecord) -> None:
    """Replace the record in one step."""
    temporary = data.state.with_suffix(".part")
    temporary.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
    temporary.replace(data.state)


def read(data: DataDir) -> StackRecord | None:
    """The last record, or None when there is none that can be read."""
    try:
        content = json.loads(data.state.read_text(encoding="utf-8"))
        components = tuple(ComponentRecord(**entry) for entry in content.pop("components"))
        return StackRecord(**content, components=components)
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError, AttributeError):
        return None


def process_of(component: ComponentRecord) -> psutil.Process | None:
    """The component's process, if it is still the one that was recorded."""
    if component.pid is None or component.started is None:
        return None
    try:
        process = psutil.Process(component.pid)
        is_same = abs(process.create_time() - component.started) < 5
        return process if is_same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None
