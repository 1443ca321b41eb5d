"""What TaskService does, as a person would say it: a dictionary of tasks and plain rules, without a database.

Whatever would be refused raises `Refused` with every code that the refusal may have: a request with two faults may be
refused for either.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

OPEN, COMPLETED, DROPPED = 1, 2, 3
UPDATABLE = ("title", "notes", "priority", "tags", "task_list", "parent", "due", "reminders", "rule", "estimate")
GHOST = -1
"""The key of a task, or of a list, that was never there."""
T = TypeVar("T")


class Refused(Exception):
    """The service must refuse this, with one of `codes`."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = codes


@dataclass
class Item:
    """A task. `parent` and `task_list` are keys; `due` is (date, time), `reminders` are seconds since 1970."""

    key: int
    title: str
    notes: str
    priority: int
    tags: tuple[str, ...]
    task_list: int | None
    parent: int | None
    due: tuple[str, str] | None
    reminders: tuple[int, ...]
    rule: tuple[str, str] | None
    estimate: int | None
    status: int = OPEN
    deleted: bool = False
    revision: int = 1


@dataclass(frozen=True)
class Change:
    """What one request did: the tasks before it (None: it made them), and the order by hand before it."""

    before: dict[int, Item | None]
    order: list[int]


@dataclass
class Model:
    """The tasks of one workspace. `events` are (kind, key) of every change of a task, in order."""

    tasks: dict[int, Item] = field(default_factory=dict)
    lists: dict[int, str] = field(default_factory=dict)
    lists_created: int = 0
    events: list[tuple[str, int]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def did(self, work: Callable[[], T]) -> T:
        """Does what one request asks for, so that it can be undone."""
        tasks, order = deepcopy(self.tasks), list(self.order)
        result = work()
        before = {key: tasks.get(key) for key, task in self.tasks.items() if task != tasks.get(key)}
        if before:
            self.changes.append(Change(before, order))
        return result

    def undo(self) -> list[Item]:
        """Takes the last change back, in whole; what was made is deleted."""
        if not self.changes:
            raise Refused("FAILED_PRECONDITION")
        change = self.changes[-1]
        after = {key: self._back(key, before) for key, before in change.before.items()}
        if any(one.task_list not in (None, self.tasks[key].task_list, *self.lists) for key, one in after.items()):
            raise Refused("ABORTED")
        self.order = [*change.order, *(key for key in self.order if key not in change.order)]
        return [self._put(one, _kind(self.tasks[key], one), changed=True) for key, one in sorted(after.items())]

    def _back(self, key: int, before: Item | None) -> Item:
        now = self.tasks[key]
        return _with(now, deleted=True) if before is None else _with(before, revision=now.revision)

    def create(self, values: dict[str, Any]) -> Item:
        """A new task, behind all others."""
        item = Item(key=len(self.tasks), **_normal(values))
        self._check(item, _codes(values))
        self.tasks[item.key] = item
        self.order.append(item.key)
        self.events.append(("TaskCreated", item.key))
        return item

    def create_all(self, many: list[dict[str, Any]]) -> list[Item]:
        """New tasks, all or none."""
        kept, codes, made = deepcopy(self.__dict__), set[str](), list[Item]()
        for values in many:
            try:
                made.append(self.create(values))
            except Refused as refused:
                codes |= set(refused.codes)
        if codes:
            self.__dict__.update(kept)
            raise Refused(*codes)
        return made

    def update(self, key: int, values: dict[str, Any], fields: set[str], etag: str) -> Item:
        """Changes the named fields."""
        before = self.there(key, etag)
        named = {name: value for name, value in values.items() if name in fields}
        after = deepcopy(before)
        for name, value in _normal(named).items():
            setattr(after, name, value)
        codes = _codes(named) | ({"FAILED_PRECONDITION"} if before.deleted else set())
        self._check(after, codes)
        return self._put(after, "TaskUpdated")

    def update_all(self, parts: list[tuple[int, dict[str, Any], set[str]]]) -> list[Item]:
        """Changes tasks, all or none; each sees what those before it did."""
        kept, codes = deepcopy(self.__dict__), set[str]()
        for key, values, fields in parts:
            try:
                self.update(key, values, fields, "")
            except Refused as refused:
                codes |= set(refused.codes)
        if len({key for key, _, _ in parts}) < len(parts):
            codes |= {"NOT_FOUND", "INVALID_ARGUMENT"}
        if codes:
            self.__dict__.update(kept)
            raise Refused(*codes)
        return [self.tasks[key] for key, _, _ in parts]

    def close(self, key: int, status: int, cascade: bool, etag: str) -> Item:
        """Completes a task, or drops it; its open subtasks are an obstacle, or go with it."""
        task = self.there(key, etag)
        below = self._open_below(key) if task.status != status else []
        if (below and not cascade) or task.deleted:
            raise Refused("FAILED_PRECONDITION")
        kind = "TaskCompleted" if status == COMPLETED else "TaskDropped"
        for one in below:
            self._put(_with(self.tasks[one], status=status), kind)
        return self._put(_with(task, status=status), kind)

    def close_all(self, keys: list[int], cascade: bool) -> list[Item]:
        """Completes tasks, all or none; those of the batch are no obstacles to each other."""
        missing = [key for key in keys if key not in self.tasks]
        if missing or len(set(keys)) < len(keys):
            raise Refused("NOT_FOUND", "INVALID_ARGUMENT")
        below = [one for key in keys if self.tasks[key].status != COMPLETED for one in self._open_below(key)]
        along = [] if not cascade else [key for key in dict.fromkeys(below) if key not in keys]
        if (set(below) - {*keys, *along}) or any(self.tasks[key].deleted for key in keys):
            raise Refused("FAILED_PRECONDITION")
        for key in (*keys, *along):
            self._put(_with(self.tasks[key], status=COMPLETED), "TaskCompleted")
        return [self.tasks[key] for key in keys]

    def delete_all(self, keys: list[int]) -> list[Item]:
        """Deletes tasks, all or none."""
        if any(key not in self.tasks for key in keys) or len(set(keys)) < len(keys):
            raise Refused("NOT_FOUND", "INVALID_ARGUMENT")
        return [self.delete(key, "") for key in keys]

    def move(self, key: int, after: int | None, etag: str, to: dict[str, int | None]) -> Item:
        """Puts a task behind another, or in front of all others of its list; `to` is its new list, and parent."""
        if after == key:
            raise Refused("INVALID_ARGUMENT")
        task = self.there(key, etag)
        moved = _with(task, **to)
        gone = after is not None and (after not in self.tasks or self.tasks[after].deleted)
        self._check(moved, {"FAILED_PRECONDITION"} if gone or task.deleted else set())
        rest = [one for one in self.order if one != key]
        first = (one for one in rest if self.tasks[one].task_list == moved.task_list and not self.tasks[one].deleted)
        neighbour = next(first, None) if after is None else after
        if neighbour is None or self._stays(key, neighbour, after is None):
            return self._put(moved, "TaskUpdated")
        place = rest.index(neighbour) + (after is not None)
        self.order = [*rest[:place], key, *rest[place:]]
        moved.revision += 1
        self.tasks[key] = moved
        self.events.append(("TaskUpdated", key))
        return moved

    def rename_tag(self, old: str, new: str) -> int:
        """Renames a tag on all tasks; how many open ones have it then."""
        if not any(old in task.tags for task in self.tasks.values()):
            raise Refused("NOT_FOUND")
        for task in list(self.tasks.values()):
            tags = tuple(sorted({new if tag == old else tag for tag in task.tags}))
            self._put(_with(task, tags=tags), "TaskUpdated")
        alive = [task for task in self.tasks.values() if not task.deleted and task.status == OPEN]
        return sum(new in task.tags for task in alive)

    def reopen(self, key: int, etag: str) -> Item:
        """Opens a task again."""
        task = self.there(key, etag)
        if task.deleted:
            raise Refused("FAILED_PRECONDITION")
        return self._put(_with(task, status=OPEN), "TaskReopened")

    def delete(self, key: int, etag: str) -> Item:
        """Deletes a task."""
        return self._put(_with(self.there(key, etag), deleted=True), "TaskDeleted")

    def undelete(self, key: int, etag: str) -> Item:
        """Brings a deleted task back."""
        task = self.there(key, etag)
        if not task.deleted:
            raise Refused("FAILED_PRECONDITION")
        return self._put(_with(task, deleted=False), "TaskUndeleted")

    def create_list(self, name: str) -> int:
        """A new list."""
        if not name.strip():
            raise Refused("INVALID_ARGUMENT")
        key = self.lists_created  # never that of a list that was deleted: undo would find it again
        self.lists_created += 1
        self.lists[key] = name.strip()
        return key

    def delete_list(self, key: int) -> None:
        """Deletes a list; its tasks, deleted ones too, go to the inbox."""
        if self.lists.pop(key, None) is None:
            raise Refused("NOT_FOUND")
        for task in list(self.tasks.values()):
            self._put(_with(task, task_list=None if task.task_list == key else task.task_list), "TaskUpdated")

    def listed(self, deleted: bool) -> list[Item]:
        """All tasks in their order by hand."""
        return [self.tasks[key] for key in self.order if deleted or not self.tasks[key].deleted]

    def there(self, key: int, etag: str = "") -> Item:
        """One task, of the version that is meant."""
        if key not in self.tasks:
            raise Refused("NOT_FOUND")
        if etag and etag != str(self.tasks[key].revision):
            raise Refused("ABORTED")
        return self.tasks[key]

    def _stays(self, key: int, neighbour: int, first: bool) -> bool:
        """Whether nothing that is not deleted lies between a task and the place where it is to go."""
        alive = [one for one in self.order if one == key or not self.tasks[one].deleted]
        place, wanted = alive.index(key), alive.index(neighbour)
        return place == wanted - 1 if first else place == wanted + 1

    def _put(self, after: Item, kind: str, *, changed: bool = False) -> Item:
        """Keeps a task; `changed` says that it is another one, also where the order alone shows it."""
        if changed or after != self.tasks[after.key]:
            after.revision += 1
            self.tasks[after.key] = after
            self.events.append((kind, after.key))
        return self.tasks[after.key]

    def _check(self, item: Item, codes: set[str]) -> None:
        missing = item.task_list is not None and item.task_list not in self.lists
        if missing or (item.parent is not None and item.parent not in self.tasks):
            codes = codes | {"FAILED_PRECONDITION"}
        if item.key in self._above(item.parent) or (item.rule and item.rule[1] == "due" and item.due is None):
            codes = codes | {"INVALID_ARGUMENT"}
        if codes:
            raise Refused(*codes)

    def _above(self, key: int | None) -> set[int]:
        found: set[int] = set()
        while key is not None and key in self.tasks:
            found.add(key)
            key = self.tasks[key].parent
        return found

    def _open_below(self, key: int) -> list[int]:
        children = [
            one.key for one in self.tasks.values() if one.parent == key and one.status == OPEN and not one.deleted
        ]
        return children + [below for child in children for below in self._open_below(child)]


def _with(item: Item, **values: Any) -> Item:
    after = deepcopy(item)
    for name, value in values.items():
        setattr(after, name, value)
    return after


def _kind(before: Item, after: Item) -> str:
    if before.deleted != after.deleted:
        return "TaskDeleted" if after.deleted else "TaskUndeleted"
    if before.status == after.status:
        return "TaskUpdated"
    return {OPEN: "TaskReopened", COMPLETED: "TaskCompleted", DROPPED: "TaskDropped"}[after.status]


def _normal(values: dict[str, Any]) -> dict[str, Any]:
    normal = dict(values)
    if "title" in normal:
        normal["title"] = normal["title"].strip()
    if "tags" in normal:
        normal["tags"] = tuple(sorted({tag.lower() for tag in normal["tags"]}))
    return normal


def _codes(values: dict[str, Any]) -> set[str]:
    blank = "title" in values and not values["title"].strip()
    no_tag = any(" " in tag for tag in values.get("tags", ()))
    return {"INVALID_ARGUMENT"} if blank or no_tag else set()
