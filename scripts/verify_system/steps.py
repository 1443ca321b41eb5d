"""The steps, in order. The docstring of each is what is printed; what it returns stands behind it as a note."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import websockets
from todo.task.v1 import task_pb2, task_service_pb2
from todo.task.v1.client import TaskServiceClient

from verify_system.system import SUBPROTOCOL, Failed, Json, Person, System, until

SENTENCE = "add buy milk tomorrow at 9 !high #home, remind me 10 minutes before"


def expect(condition: object, what: str) -> None:
    """Fails the step when the condition does not hold."""
    if not condition:
        raise Failed(what)


async def gateway_answers(system: System) -> str:
    """The REST gateway answers and says where live changes come from"""
    await system.call(None, "GET", "/healthz")
    config = await system.call(None, "GET", "/config.json")
    system.sync_url = system.sync_url or config["syncUrl"]
    document = await system.call(None, "GET", "/openapi.json")
    return f"{len(document['paths'])} paths in the OpenAPI document"


async def two_people_sign_up(system: System) -> None:
    """Two people sign up"""
    for name in ("ada", "eve"):
        body = {
            "email": f"{name}-{uuid4()}@example.com",
            "password": "correct horse battery",
            "timeZone": "Europe/Berlin",
        }
        answer = await system.call(None, "POST", "/v1/auth:signUp", body)
        user = answer["user"]
        tokens = answer["tokens"]
        system.people[name] = Person(tokens["accessToken"], user["personalWorkspace"], user["name"])


async def doors_are_guarded(system: System) -> str:
    """Without a token nothing opens: REST, gRPC, WebSocket"""
    answer = await system.send(None, "GET", "/v1/workspaces/personal/tasks")
    expect(answer.status_code == 401, f"REST answers {answer.status_code} without a token")
    async with websockets.connect(system.sync_url, subprotocols=[SUBPROTOCOL]) as socket:
        await socket.send(json.dumps({"type": "auth", "token": "nonsense"}))
        frame = json.loads(await asyncio.wait_for(socket.recv(), 10))
    expect(frame["type"] == "error", f"the WebSocket answers {frame['type']} to a forged token")
    return f"{answer.status_code}, {frame['code']}"


async def sockets_open(system: System) -> None:
    """Both follow their changes on a WebSocket"""
    for person in system.people.values():
        await system.connect(person)


async def chat_adds_a_task(system: System) -> str:
    """Chat over REST: add buy milk tomorrow at 9 !high #home, remind me 10 minutes before"""
    answer = await system.say(system.people["ada"], SENTENCE)
    (task,) = answer["tasks"]
    expect(task["title"] == "buy milk", f"the title is {task['title']!r}")
    expect(task["priority"] == "PRIORITY_HIGH", "the priority is not high")
    expect(task["tags"] == ["home"], f"the tags are {task['tags']}")
    expect(task["due"]["time"] == "09:00:00", f"it is due at {task['due']}")
    expect(task["reminders"][0]["beforeDue"] == "600s", f"it reminds {task['reminders']}")
    system.made["milk"] = task
    return str(answer["reply"]).splitlines()[0]


async def frame_shows_the_task(system: System) -> None:
    """The WebSocket shows TaskCreated"""
    await _frame(system, "ada", "task.created", system.made["milk"])


async def audit_has_it(system: System) -> None:
    """The audit log has it"""
    await _in_history(system, system.made["milk"], "created")


async def grpc_creates_a_task(system: System) -> None:
    """gRPC creates a task that repeats every day"""
    ada = system.people["ada"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    task = task_pb2.Task(
        title="water the plants",
        due=task_pb2.LocalTime(date=tomorrow, time="08:00", time_zone="Europe/Berlin"),
        recurrence=task_pb2.Recurrence(rule="FREQ=DAILY"),
    )
    request = task_service_pb2.CreateTaskRequest(parent="workspaces/personal", task=task)
    answer = await TaskServiceClient(system.channel).create_task(request, metadata=ada.metadata)
    system.made["plants"] = {"name": answer.name, "due": tomorrow, "series": answer.recurrence.series}
    await _frame(system, "ada", "task.created", system.made["plants"])


async def cli_lists_both(system: System) -> None:
    """The todo command lists both"""
    listed = await _cli(system, "list", "--json")
    titles = {task["title"] for task in json.loads(listed)}
    expect({"buy milk", "water the plants"} <= titles, f"it lists {titles}")


async def done_milk(system: System) -> str:
    """Chat: done milk"""
    answer = await system.say(system.people["ada"], "done milk")
    expect(answer["tasks"][0]["status"] == "STATUS_COMPLETED", "the task is not completed")
    await _frame(system, "ada", "task.completed", system.made["milk"])
    await _in_history(system, system.made["milk"], "completed")
    return str(answer["reply"]).splitlines()[0]


async def next_occurrence(system: System) -> str:
    """Completing the repeating task makes exactly one next occurrence, through recurring_task"""
    ada, plants = system.people["ada"], system.made["plants"]
    await system.call(ada, "POST", f"/v1/{plants['name']}:complete", {})
    frame = await system.frame(ada, lambda frame: _follows(frame, plants["name"]))
    due = frame["task"]["due"]["date"]
    expect(due > plants["due"], f"the next one is due on {due}")
    system.made["next"] = frame["task"]
    return f"due {due}"


async def reminder_reaches_everybody(system: System) -> str:
    """A reminder that falls due is recorded, delivered and shown"""
    ada = system.people["ada"]
    if system.uses_webhook:
        port = await system.listen()
        channel = {"displayName": "webhook", "url": f"json://127.0.0.1:{port}/"}
        await system.call(ada, "POST", "/v1/channels", channel)
    at = (datetime.now(UTC) + timedelta(seconds=2)).isoformat().replace("+00:00", "Z")
    body = {"title": "stand up", "reminders": [{"at": at}]}
    task = await system.call(ada, "POST", "/v1/workspaces/personal/tasks", body)
    frame = await system.frame(ada, lambda frame: _notifies(frame, "notification.created", task["name"]))
    late = datetime.now(UTC) - datetime.fromisoformat(at)
    system.made["notification"] = frame["notification"]
    return f"{late.total_seconds() * 1000:.0f} ms after it was due"


async def webhook_is_called(system: System) -> str:
    """The person's channel outside was called, and that is reported"""
    if not system.uses_webhook:
        return "left out: --no-webhook"
    ada, notification = system.people["ada"], system.made["notification"]

    async def called() -> bool:
        return any(b"stand up" in call for call in system.calls)

    await until(called, "the call of the webhook")
    await system.frame(
        ada,
        lambda frame: (
            frame["type"] == "notification.delivered" and frame["notification"]["name"] == notification["name"]
        ),
    )
    return f"{len(system.calls)} call"


async def notification_is_listed(system: System) -> None:
    """The notification is in the person's list, and in nobody else's"""
    listed = await system.call(system.people["ada"], "GET", "/v1/notifications")
    names = [one["name"] for one in listed["notifications"]]
    expect(system.made["notification"]["name"] in names, "it is not in the list")
    other = await system.call(system.people["eve"], "GET", "/v1/notifications")
    expect(not other.get("notifications"), "somebody else sees it")


async def socket_resumes(system: System) -> str:
    """A WebSocket that was away gets what it missed, once, in order"""
    ada = system.people["ada"]
    await system.disconnect(ada)
    ada.frames.clear()
    for number in range(5):
        await system.say(ada, f"add missed {number}")
    await system.connect(ada)
    await system.frame(ada, lambda frame: _title(frame) == "missed 4")
    titles = [_title(frame) for frame in ada.frames if frame["type"] == "task.created"]
    expect(titles == [f"missed {number}" for number in range(5)], f"it got {titles}")
    return f"{len(titles)} frames"


async def strangers_see_nothing(system: System) -> str:
    """Somebody else sees none of it: REST, history, WebSocket"""
    eve, name = system.people["eve"], system.made["milk"]["name"]
    for method, path in (
        ("GET", f"/v1/{name}"),
        ("POST", f"/v1/{name}:complete"),
        ("GET", f"/v1/{name}:history"),
        ("GET", f"/v1/{system.people['ada'].workspace}/events"),
        ("GET", f"/v1/{system.people['ada'].workspace}/tasks"),
    ):
        answer = await system.send(eve, method, path, {} if method == "POST" else None)
        expect(answer.status_code == 404, f"{method} {path} answers {answer.status_code}")
    changes = [frame for frame in eve.frames if "cursor" in frame]
    expect(not changes, f"a stranger's WebSocket shows {len(changes)} changes")
    return "5 doors"


async def bad_input_is_named(system: System) -> None:
    """Bad input gets an error that names the field"""
    ada = system.people["ada"]
    for body, field in (
        ({"title": " "}, "task.title"),
        ({"titel": "x"}, "task.titel"),
        ({"title": "x" * 1_048_576}, "task.title"),
        ({"title": "x", "due": {"date": "2027-02-30"}}, "task.due"),
        ({"title": "x", "due": {"date": "2027-01-01"}, "recurrence": {"rule": "FREQ=SOMETIMES"}}, "recurrence.rule"),
    ):
        answer = await system.send(ada, "POST", "/v1/workspaces/personal/tasks", body)
        expect(answer.status_code == 400 and field in answer.text, f"{field}: {answer.status_code} {answer.text[:200]}")
    stale = {"title": "soya milk", "etag": "1"}
    answer = await system.send(ada, "PATCH", f"/v1/{system.made['milk']['name']}?updateMask=title", stale)
    expect(answer.status_code == 409 and "ETAG_MISMATCH" in answer.text, f"a past etag: {answer.status_code}")


async def repeats_have_one_effect(system: System) -> None:
    """The same request twenty times at once has one effect and one answer"""
    ada, request = system.people["ada"], str(uuid4())
    path = f"/v1/workspaces/personal/tasks?requestId={request}"
    answers = await asyncio.gather(*(system.call(ada, "POST", path, {"title": "once"}) for _ in range(20)))
    expect(len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1, "the answers differ")
    listed = await system.call(ada, "GET", "/v1/workspaces/personal/tasks?pageSize=1000")
    expect(sum(task["title"] == "once" for task in listed["tasks"]) == 1, "there are several tasks")


async def log_is_intact(system: System) -> str:
    """The audit log of the workspace verifies, without a gap"""
    ada = system.people["ada"]
    report = await system.call(ada, "GET", f"/v1/{ada.workspace}/events:verify")
    expect(report.get("intact"), f"the log says {report}")
    return ", ".join(f"{one['topic']} {one.get('eventCount', '?')}" for one in report["streams"])


async def sign_out_ends_it(system: System) -> str:
    """Signing out ends the token and the WebSocket within 5 s"""
    ada = system.people["ada"]
    began = asyncio.get_running_loop().time()
    await system.call(ada, "POST", "/v1/auth:signOut", {})
    answer = await system.send(ada, "GET", "/v1/users/me")
    expect(answer.status_code == 401, f"the token still works: {answer.status_code}")
    expect(ada.reading is not None, "there is no WebSocket")
    if ada.reading is not None:
        await asyncio.wait([ada.reading], timeout=5)
        expect(ada.reading.done(), "the WebSocket is still open")
    return f"after {asyncio.get_running_loop().time() - began:.1f} s"


STEPS: tuple[Callable[[System], Awaitable[str | None]], ...] = (
    gateway_answers,
    two_people_sign_up,
    doors_are_guarded,
    sockets_open,
    chat_adds_a_task,
    frame_shows_the_task,
    audit_has_it,
    grpc_creates_a_task,
    cli_lists_both,
    done_milk,
    next_occurrence,
    reminder_reaches_everybody,
    webhook_is_called,
    notification_is_listed,
    socket_resumes,
    strangers_see_nothing,
    bad_input_is_named,
    repeats_have_one_effect,
    log_is_intact,
    sign_out_ends_it,
)


async def _frame(system: System, who: str, kind: str, task: Json) -> Json:
    return await system.frame(
        system.people[who], lambda frame: frame["type"] == kind and frame["task"]["name"] == task["name"]
    )


async def _in_history(system: System, task: Json, kind: str) -> None:
    async def look() -> bool:
        answer = await system.send(system.people["ada"], "GET", f"/v1/{task['name']}:history")
        return not answer.is_error and kind in [change["type"] for change in answer.json().get("changes", [])]

    await until(look, f"{kind} in the history")


async def _cli(system: System, *arguments: str) -> str:
    environment = {**os.environ, "TODO_TOKEN": system.people["ada"].token, "TODO_TARGET": system.grpc_target}
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.prefix) / "bin" / "todo"),
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    expect(process.returncode == 0, f"todo {' '.join(arguments)}: {errors.decode().strip()}")
    return output.decode()


def _follows(frame: Json, predecessor: str) -> bool:
    recurrence = frame.get("task", {}).get("recurrence", {})
    return bool(frame["type"] == "task.created" and recurrence.get("predecessor") == predecessor)


def _notifies(frame: Json, kind: str, task: str) -> bool:
    return bool(frame["type"] == kind and frame["notification"].get("task") == task)


def _title(frame: Json) -> str:
    return str(frame.get("task", {}).get("title", ""))
