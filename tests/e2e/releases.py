"""Releases out of git: the one before this, and a next one whose events have grown."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from todo_contracts.avro_source import Library, Schema, load_library
from todo_contracts.generate import pipeline
from todo_contracts.history.immutability import publication
from todo_contracts.layout import Layout
from todo_contracts.publish import publish
from todo_stack.paths import CLONE

TASK = "todo.types.v1.Task"
ADDED = "colour"
_FIELD = {"name": ADDED, "type": ["null", "string"], "doc": "Colour of the task.", "default": None}
_AUTHOR = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")


def previous_release(folder: Path) -> Path:
    """The commit that published the contracts last, laid out in a folder."""
    published = publication(Layout(CLONE))
    assert published is not None, "nothing has been published yet"
    history, commit = published
    history.export(commit, folder)
    return folder


def next_release(folder: Path) -> Path:
    """HEAD, with a field more in every task of every event, generated, published and committed."""
    _git(CLONE, "clone", "--quiet", "--no-hardlinks", str(CLONE), str(folder))
    layout = Layout(folder)
    library = load_library(layout)
    _write(library.newest(TASK), _FIELD)
    for event in library.events:
        if TASK in library.newest(event).pins:
            _pin(layout, library, library.newest(event))
    pipeline.generate(layout)
    publish(layout)
    _git(folder, "commit", "--quiet", "--all", "--message", "A colour for tasks")
    return folder


def _pin(layout: Layout, library: Library, event: Schema) -> None:
    """The next version of an event, which pins the next version of the task."""
    number = event.version + 1
    content = json.loads(event.path.read_text())
    content["x-types"][TASK] = library.newest(TASK).version + 1
    _save(event.path.with_name(f"{number}.avsc"), content)
    for path in event.examples:
        example = json.loads(path.read_text())
        for task in _tasks(example):
            task[ADDED] = "red"
        _save(path.with_name(f"{number}-{path.name.partition('-')[2]}"), example)
    for path in layout.topics.glob("*.yaml"):
        text = path.read_text()
        path.write_text(text.replace(line := f"{event.full_name}: {{", f"{line}{number}: draft, "))


def _tasks(example: Any) -> Iterator[dict[str, Any]]:
    if isinstance(example, dict) and isinstance(example.get("task"), dict):
        yield example["task"]


def _write(schema: Schema, field: Mapping[str, Any]) -> None:
    content = json.loads(schema.path.read_text())
    content["fields"].append(field)
    _save(schema.path.with_name(f"{schema.version + 1}.avsc"), content)


def _save(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")


def _git(folder: Path, *arguments: str) -> None:
    added = ["git", *_AUTHOR, "add", "--all"]
    if arguments[0] == "commit":
        subprocess.run(added, cwd=folder, check=True)
    subprocess.run(["git", *_AUTHOR, *arguments], cwd=folder, check=True)
