"""A person's day at the terminal, as commands against the running system."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from todo_stack.hosted import HostedStack

TODO = Path(sys.executable).parent / "todo"
Todo = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def todo(running_system: HostedStack, tmp_path: Path) -> Todo:
    """Runs `todo` as somebody with a home of their own."""
    target = f"127.0.0.1:{running_system.blueprint.ports['chat_api_grpc']}"
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "TODO_TARGET": target, "TZ": "Europe/Berlin"}
    environment.pop("TODO_TOKEN", None)

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(TODO), *arguments]
        return subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture
def signed_in(todo: Todo) -> Todo:
    """The same, with an account."""
    result = todo("signup", f"{uuid4()}@example.com", "--password-stdin", stdin="correct horse battery\n")
    assert result.returncode == 0, result.stderr
    return todo


def titles(todo: Todo, *options: str) -> list[str]:
    return [task["title"] for task in json.loads(todo("list", "--json", *options).stdout)]


def test_add_list_done_reopen_remove(signed_in: Todo) -> None:
    assert "buy milk" in signed_in("add", "buy", "milk", "tomorrow", "at", "9", "!high", "#home").stdout
    assert titles(signed_in) == ["buy milk"]
    assert signed_in("done", "milk").returncode == 0
    assert titles(signed_in) == []
    assert titles(signed_in, "--all") == ["buy milk"]
    assert signed_in("reopen", "milk").returncode == 0
    (task,) = json.loads(signed_in("list", "--json").stdout)
    id_ = task["name"].rpartition("/")[2]
    assert "buy milk" in signed_in("show", id_).stdout
    assert signed_in("rm", id_).returncode == 0
    assert titles(signed_in) == []


def test_lists_are_filtered_and_ordered(signed_in: Todo) -> None:
    for words in ("buy milk !low #home", "call mum !urgent", "mow the lawn !high #home"):
        assert signed_in("add", words).returncode == 0
    assert titles(signed_in, "--filter", "priority >= HIGH", "--order-by", "title desc") == ["mow the lawn", "call mum"]
    found = json.loads(signed_in("search", "--filter", "tags:home", "--json", "m").stdout)
    assert {task["title"] for task in found} == {"buy milk", "mow the lawn"}
    wrong = signed_in("list", "--filter", "priority >= HUGE")
    assert wrong.returncode == 1
    assert "character 13" in wrong.stderr


def test_a_change_is_taken_back(signed_in: Todo) -> None:
    signed_in("add", "buy milk")
    (task,) = json.loads(signed_in("list", "--json").stdout)
    signed_in("edit", "rename milk to bread")
    assert titles(signed_in) == ["bread"]
    assert "buy milk" in signed_in("undo").stdout
    assert titles(signed_in) == ["buy milk"]
    assert signed_in("undo", task["name"].rpartition("/")[2]).returncode == 0
    assert titles(signed_in) == ["bread"]
    assert signed_in("undo", "nonsense").returncode == 1


def test_words_that_fit_several_tasks_are_asked_back(signed_in: Todo) -> None:
    for title in ("buy milk", "spill milk"):
        signed_in("add", title)
    result = signed_in("done", "milk")
    assert result.returncode == 2
    assert "buy milk" in result.stderr
    assert "spill milk" in result.stderr


def test_changes_are_watched(signed_in: Todo, running_system: HostedStack) -> None:
    url = f"ws://127.0.0.1:{running_system.blueprint.ports['sync_http']}/v1/sync"
    with ThreadPoolExecutor() as pool:
        watching = pool.submit(signed_in, "watch", "--json", "--count", "1", "--sync-url", url)
        while not watching.done():
            assert signed_in("add", "buy milk").returncode == 0
    frame = json.loads(watching.result().stdout)
    assert (frame["type"], frame["task"]["title"]) == ("task.created", "buy milk")


def test_without_an_account_the_person_hears_what_to_do(todo: Todo) -> None:
    result = todo("list")
    assert result.returncode == 1
    assert "todo signup" in result.stderr


def test_a_wrong_address_is_one_sentence(signed_in: Todo) -> None:
    result = signed_in("whoami", "--target", "127.0.0.1:1")
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1


def test_sign_out_ends_it(signed_in: Todo) -> None:
    assert signed_in("whoami").returncode == 0
    assert signed_in("logout").returncode == 0
    assert signed_in("whoami").returncode == 1


def test_a_conversation_reads_lines_until_the_end(signed_in: Todo) -> None:
    result = signed_in("chat", stdin="add water the plants\nlist\n")
    assert result.returncode == 0, result.stderr
    assert "water the plants" in result.stdout.splitlines()[-1]
