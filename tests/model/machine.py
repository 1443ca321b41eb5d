"""The machine that asks TaskService and the model the same, in any order."""

import asyncio
import os
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from todo.task.v1 import task_pb2
from todo.task.v1 import task_service_pb2 as pb

from tests.integration.chat_api.conftest import Room
from tests.model.service import Service
from tests.model.tasks import COMPLETED, DROPPED, GHOST, OPEN, UPDATABLE, Item, Model, Refused

RUNS = int(os.environ.get("TODO_MODEL_RUNS", "15"))
STEPS = int(os.environ.get("TODO_MODEL_STEPS", "40"))
EVENTS = """
SELECT split_part(type, '.', 4), split_part(subject, '/', 4), sequence FROM outbox
 WHERE key = %s AND topic = 'task-events' ORDER BY sequence
"""

PICKS = st.integers(0, 1_000)
VALUES = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["buy milk", "buy bread", "  call mum ", "Überweisung", " "]),
        "notes": st.sampled_from(["", "two\nlines", "milk"]),
        "priority": st.integers(1, 5),
        "tags": st.lists(st.sampled_from(["home", "Home", "work", "a/b", "no tag"]), max_size=2).map(tuple),
        "task_list": st.none() | PICKS,
        "parent": st.none() | PICKS,
        "due": st.none() | st.sampled_from([("2026-12-01", ""), ("2026-12-01", "09:30:00"), ("2027-01-31", "")]),
        "reminders": st.lists(st.sampled_from([1_800_000_000, 1_900_000_000]), unique=True, max_size=2).map(tuple),
        "rule": st.none() | st.tuples(st.just("FREQ=DAILY"), st.sampled_from(["due", "completion"])),
        "estimate": st.none() | st.sampled_from([0, 3_600]),
    }
)
PLAIN: dict[str, Any] = {
    "title": "buy milk",
    "notes": "",
    "priority": 1,
    "tags": (),
    "task_list": None,
    "parent": None,
    "due": None,
    "reminders": (),
    "rule": None,
    "estimate": None,
}
FIELDS = st.sets(st.sampled_from(UPDATABLE), min_size=1)
PLACES = st.fixed_dictionaries({}, optional={"task_list": st.none() | PICKS, "parent": st.none() | PICKS})
ETAGS = st.sampled_from(["", "", "current", "old"])


class Beside(RuleBasedStateMachine):
    """Asks the service and the model the same."""

    room: ClassVar[Room]
    loop: ClassVar[asyncio.Runner]

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.service = Service(self.room, self.loop, self.loop.run(self.room.person()))
        self.stranger = self.loop.run(self.room.person())

    @rule(values=VALUES, repeatable=st.booleans())
    def create(self, values: dict[str, Any], repeatable: bool) -> None:
        values = self._pointing(values)
        request = pb.CreateTaskRequest(parent=self.service.parent, task=self.service.message(values))
        self._same(lambda: self.model.create(values), "create_task", request, repeatable)

    @rule(parent=st.none() | PICKS)
    def create_plain(self, parent: int | None) -> None:
        """One that nothing speaks against but its parent: of the others most are refused."""
        values = self._pointing({**PLAIN, "parent": parent})
        request = pb.CreateTaskRequest(parent=self.service.parent, task=self.service.message(values))
        self._same(lambda: self.model.create(values), "create_task", request, False)

    @rule(many=st.lists(VALUES, min_size=1, max_size=3), repeatable=st.booleans())
    def create_all(self, many: list[dict[str, Any]], repeatable: bool) -> None:
        many = [self._pointing(values) for values in many]
        parent = self.service.parent
        request = pb.BatchCreateTasksRequest(
            parent=parent,
            requests=[pb.CreateTaskRequest(parent=parent, task=self.service.message(values)) for values in many],
        )
        self._same(lambda: self.model.create_all(many), "batch_create_tasks", request, repeatable)

    @rule(pick=PICKS, values=VALUES, fields=FIELDS, version=ETAGS, repeatable=st.booleans())
    def update(self, pick: int, values: dict[str, Any], fields: set[str], version: str, repeatable: bool) -> None:
        key, values = self._key(pick), self._pointing(values)
        etag = self._etag(key, version)
        request = self.service.update_request(key, values, fields, etag)
        self._same(lambda: self.model.update(key, values, fields, etag), "update_task", request, repeatable)

    @rule(many=st.lists(st.tuples(PICKS, VALUES, FIELDS), min_size=1, max_size=3), repeatable=st.booleans())
    def update_all(self, many: list[tuple[int, dict[str, Any], set[str]]], repeatable: bool) -> None:
        parts = [(self._key(pick), self._pointing(values), fields) for pick, values, fields in many]
        requests = [self.service.update_request(key, values, fields, "") for key, values, fields in parts]
        request = pb.BatchUpdateTasksRequest(parent=self.service.parent, requests=requests)
        self._same(lambda: self.model.update_all(parts), "batch_update_tasks", request, repeatable)

    @rule(pick=PICKS, version=ETAGS, cascade=st.booleans(), done=st.booleans(), repeatable=st.booleans())
    def close(self, pick: int, version: str, cascade: bool, done: bool, repeatable: bool) -> None:
        self._close(self._key(pick), version, cascade, done, repeatable)

    @precondition(lambda self: self._parents())
    @rule(pick=PICKS, cascade=st.booleans(), done=st.booleans())
    def close_with_subtasks(self, pick: int, cascade: bool, done: bool) -> None:
        parents = self._parents()
        self._close(parents[pick % len(parents)], "", cascade, done, False)

    def _close(self, key: int, version: str, cascade: bool, done: bool, repeatable: bool) -> None:
        etag, name = self._etag(key, version), self.service.name(key)
        status, method = (COMPLETED, "complete_task") if done else (DROPPED, "drop_task")
        request_class = pb.CompleteTaskRequest if done else pb.DropTaskRequest
        request = request_class(name=name, etag=etag, cascade=cascade)
        self._same(lambda: self.model.close(key, status, cascade, etag), method, request, repeatable)

    @rule(pick=PICKS, version=ETAGS, what=st.sampled_from(["reopen", "delete", "undelete"]), repeatable=st.booleans())
    def plain(self, pick: int, version: str, what: str, repeatable: bool) -> None:
        key = self._key(pick)
        etag = self._etag(key, version)
        request_class = getattr(pb, f"{what.capitalize()}TaskRequest")
        request = request_class(name=self.service.name(key), etag=etag)
        self._same(lambda: getattr(self.model, what)(key, etag), f"{what}_task", request, repeatable)

    @rule(picks=st.lists(PICKS, min_size=1, max_size=4), cascade=st.booleans(), repeatable=st.booleans())
    def complete_all(self, picks: list[int], cascade: bool, repeatable: bool) -> None:
        keys = [self._key(pick) for pick in picks]
        parts = [pb.CompleteTaskRequest(name=self.service.name(key), cascade=cascade) for key in keys]
        request = pb.BatchCompleteTasksRequest(parent=self.service.parent, requests=parts)
        self._same(lambda: self.model.close_all(keys, cascade), "batch_complete_tasks", request, repeatable)

    @rule(picks=st.lists(PICKS, min_size=1, max_size=4), repeatable=st.booleans())
    def delete_all(self, picks: list[int], repeatable: bool) -> None:
        keys = [self._key(pick) for pick in picks]
        parts = [pb.DeleteTaskRequest(name=self.service.name(key)) for key in keys]
        request = pb.BatchDeleteTasksRequest(parent=self.service.parent, requests=parts)
        self._same(lambda: self.model.delete_all(keys), "batch_delete_tasks", request, repeatable)

    @rule(pick=PICKS, neighbour=st.none() | PICKS, to=PLACES, version=ETAGS, repeatable=st.booleans())
    def move(self, pick: int, neighbour: int | None, to: dict[str, int | None], version: str, repeatable: bool) -> None:
        key, after = self._key(pick), None if neighbour is None else self._key(neighbour)
        etag, pointing = self._etag(key, version), self._pointing({"task_list": None, "parent": None, **to})
        to = {name: pointing[name] for name in to}
        request = self.service.move_request(key, after, etag, to)
        self._same(lambda: self.model.move(key, after, etag, to), "move_task", request, repeatable)

    @precondition(lambda self: self._parents())
    @rule(pick=PICKS)
    def move_below_itself(self, pick: int) -> None:
        parents = self._parents()
        key = parents[pick % len(parents)]
        to: dict[str, int | None] = {"parent": next(one.key for one in self._subtasks() if one.parent == key)}
        request = self.service.move_request(key, None, "", to)
        self._same(lambda: self.model.move(key, None, "", to), "move_task", request, False)

    @rule(old=st.sampled_from(["home", "work"]), new=st.sampled_from(["work", "a/b", "shop"]))
    def rename_tag(self, old: str, new: str) -> None:
        request = pb.RenameTagRequest(parent=self.service.parent, tag=old, new_tag=new)
        count, answer = self._both(lambda: self.model.rename_tag(old, new), "rename_tag", request, True)
        if answer is not None:
            assert (answer.tag, answer.open_task_count) == (new, count)

    @rule(repeatable=st.booleans())
    def undo(self, repeatable: bool) -> None:
        """Also of an undo: then all is as it was before, but for the versions."""
        request = pb.UndoRequest(parent=self.service.parent)
        wanted, answer = self._both(self.model.undo, "undo", request, repeatable)
        if answer is not None:
            assert sorted((self.service.item(one) for one in answer.tasks), key=_key_of) == wanted

    @rule(name=st.sampled_from(["Home", " Work ", " "]))
    def create_list(self, name: str) -> None:
        wanted = task_pb2.TaskList(display_name=name)
        request = pb.CreateTaskListRequest(parent=self.service.parent, task_list=wanted)
        key, answer = self._both(lambda: self.model.create_list(name), "create_task_list", request, True)
        if answer is not None:
            assert answer.display_name == name.strip()
            self.service.lists[key] = answer.name

    @rule(pick=PICKS)
    def delete_list(self, pick: int) -> None:
        key = self._list_key(pick)
        request = pb.DeleteTaskListRequest(name=self.service.list_name(key))
        self._both(lambda: self.model.delete_list(key), "delete_task_list", request, True)
        self.service.lists.pop(key, None)

    @precondition(lambda self: self.service.asked)
    @rule(pick=PICKS)
    def repeat(self, pick: int) -> None:
        asked = self.service.asked[pick % len(self.service.asked)]
        assert self.service.ask(asked.method, asked.request) == asked.answer

    @precondition(lambda self: self.service.asked)
    @rule(pick=PICKS)
    def try_as_a_stranger(self, pick: int) -> None:
        asked = self.service.asked[pick % len(self.service.asked)]
        with pytest.raises(Refused) as refused:
            self.service.ask(asked.method, asked.request, self.stranger)
        assert refused.value.codes == ("NOT_FOUND",)

    @rule(deleted=st.booleans(), size=st.integers(1, 5))
    def list_all(self, deleted: bool, size: int) -> None:
        found, wanted = self._everything(deleted, size), self.model.listed(deleted)
        assert [one.key for one in found if not one.deleted] == [one.key for one in wanted if not one.deleted]
        # Where a deleted task lies between two that stay side by side is nobody's promise.
        assert sorted(found, key=_key_of) == sorted(wanted, key=_key_of)

    def _everything(self, deleted: bool = True, size: int = 1_000) -> list[Item]:
        request = pb.ListTasksRequest(parent=self.service.parent, page_size=size, show_deleted=deleted)
        seen = list[Item]()
        while True:
            page = self.service.ask("list_tasks", request)
            seen += [self.service.item(one) for one in page.tasks]
            if not page.next_page_token:
                return seen
            request.page_token = page.next_page_token

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        self.list_all(True, 1_000)
        rows = self.loop.run(self.room.all_rows(EVENTS, self.service.person.workspace))
        assert [row[2] for row in rows] == list(range(1, len(rows) + 1))
        for key in self.model.tasks:
            kinds = [kind for kind, task, _ in rows if self.service.names[key].endswith(f"/{task}")]
            told = [kind for kind, task in self.model.events if task == key]
            assert kinds == told

    def _same(self, expected: Callable[[], Any], method: str, request: Any, repeatable: bool) -> None:
        wanted, answer = self._both(expected, method, request, repeatable)
        if answer is None:
            return
        if isinstance(answer, task_pb2.Task):
            assert self.service.item(answer) == wanted
        else:
            assert [self.service.item(one) for one in answer.tasks] == wanted

    def _both(self, expected: Callable[[], Any], method: str, request: Any, repeatable: bool) -> tuple[Any, Any]:
        """What the model and the service say; nothing of the service when both refuse, for the same reason."""
        wanted, allowed = _tried(lambda: self.model.did(expected))
        answer, heard = _tried(lambda: self.service.change(method, request, repeatable=repeatable))
        assert set(heard) <= set(allowed), f"{method}: {heard} and not one of {allowed}"
        assert bool(heard) == bool(allowed), f"{method}: answered, and not refused with one of {allowed}"
        return wanted, answer

    def _parents(self) -> list[int]:
        """Those that have an open subtask."""
        return sorted({task.parent for task in self._subtasks() if task.parent is not None})

    def _subtasks(self) -> list[Item]:
        """The open tasks that have a parent."""
        found = (task for task in self.model.tasks.values() if task.status == OPEN and not task.deleted)
        return [task for task in found if task.parent is not None]

    def _key(self, pick: int) -> int:
        known = len(self.service.names)
        return GHOST if pick % 20 == 0 or not known else pick % known

    def _list_key(self, pick: int) -> int:
        known = sorted(self.service.lists)
        return GHOST if pick % 20 == 0 or not known else known[pick % len(known)]

    def _pointing(self, values: dict[str, Any]) -> dict[str, Any]:
        task_list, parent = values["task_list"], values["parent"]
        return values | {
            "task_list": None if task_list is None else self._list_key(task_list),
            "parent": None if parent is None else self._key(parent),
        }

    def _etag(self, key: int, version: str) -> str:
        revision = self.model.tasks[key].revision if key in self.model.tasks else 1
        return {"": "", "current": str(revision), "old": str(revision - 1)}[version]


def run(beside: type[Beside], runs: int, *phases: Phase) -> None:
    """Runs the machine; a short run is the same one each time."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    wanted = settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=checks,
        phases=phases,
        derandomize=RUNS < 100,
        report_multiple_bugs=False,
        database=None,
    )
    run_state_machine_as_test(beside, settings=wanted)


def _key_of(item: Item) -> int:
    return item.key


def _tried(work: Callable[[], Any]) -> tuple[Any, tuple[str, ...]]:
    """What comes of it, and the codes of the refusal if it is refused."""
    try:
        return work(), ()
    except Refused as refused:
        return None, refused.codes
