"""Titles come from people: on a terminal they are shown, never obeyed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from todo.task.v1 import task_pb2
from todo_cli.render import due_text, print_json, print_tasks, printable


@given(st.text())
def test_nothing_that_a_person_writes_controls_the_terminal(text: str) -> None:
    shown = Text.from_markup(printable(text)).plain
    assert all(char.isprintable() for char in shown)


def test_markup_in_a_title_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_tasks([task_pb2.Task(name="workspaces/w/tasks/t", title="[red]x[/red]", status=task_pb2.STATUS_OPEN)])
    assert "[red]x[/red]" in capsys.readouterr().out


def test_an_empty_list_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_tasks([])
    assert "No tasks found" in capsys.readouterr().out


def test_json_is_in_the_form_of_rest(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([task_pb2.Task(name="workspaces/w/tasks/t", title="grün", parent_task="workspaces/w/tasks/p")])
    (task,) = json.loads(capsys.readouterr().out)
    assert task == {"name": "workspaces/w/tasks/t", "title": "grün", "parentTask": "workspaces/w/tasks/p"}


def test_a_whole_day_has_no_time() -> None:
    assert due_text(task_pb2.LocalTime(date="2026-12-01")) == "2026-12-01"
