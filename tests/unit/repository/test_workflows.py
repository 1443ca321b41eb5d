"""The pipeline runs what the repository has, on the Pythons that it declares, with actions that can't change."""

import os
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from todo_stack.paths import CLONE

Workflow = dict[str, Any]

PROJECT: dict[str, Any] = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
WORKFLOWS = sorted((CLONE / ".github" / "workflows").glob("*.yaml"))
TARGETS = frozenset(re.findall(r"^([a-z][a-z-]*):", (CLONE / "Makefile").read_text(), re.MULTILINE))
_PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def steps(workflow: Workflow) -> Iterator[Workflow]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def unpinned(workflow: Workflow) -> list[str]:
    """Actions that are named by a tag or a branch, which somebody can move."""
    used = (step["uses"] for step in steps(workflow) if "uses" in step)
    return [action for action in used if not _PINNED.fullmatch(action)]


def unknown_commands(workflow: Workflow) -> list[str]:
    """Commands that are neither a target of the Makefile nor a program of this repository."""
    lines = (line for step in steps(workflow) for line in step.get("run", "").splitlines())
    return [line for line in lines if not _is_known(*line.split())]


def _is_known(program: str, *arguments: str) -> bool:
    if program == "make":
        return arguments[0] in TARGETS
    return os.access(CLONE / program, os.X_OK)


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request: pytest.FixtureRequest) -> Workflow:
    found: Workflow = yaml.safe_load(request.param.read_text())
    return found


def test_actions_are_pinned_by_commit(workflow: Workflow) -> None:
    assert unpinned(workflow) == []


def test_commands_exist(workflow: Workflow) -> None:
    assert unknown_commands(workflow) == []


def test_every_job_has_a_limit_and_no_right_to_write(workflow: Workflow) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert [name for name, job in workflow["jobs"].items() if "timeout-minutes" not in job] == []


def test_what_would_be_wrong_is_found() -> None:
    planted = {
        "jobs": {
            "one": {
                "steps": [
                    {"uses": "actions/checkout@v4"},
                    {"uses": f"actions/checkout@{'0' * 39}"},
                    {"run": "make nothing\nci/absent.sh\nmake check"},
                ]
            }
        }
    }
    assert len(unpinned(planted)) == 2
    assert unknown_commands(planted) == ["make nothing", "ci/absent.sh"]


def test_the_supported_pythons_are_tested() -> None:
    prefix = "Programming Language :: Python :: 3."
    declared = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if one.startswith(prefix)]
    workflow = yaml.safe_load((CLONE / ".github/workflows/ci.yaml").read_text())
    matrix = {name: job["strategy"]["matrix"]["python"] for name, job in workflow["jobs"].items() if "strategy" in job}
    assert PROJECT["requires-python"] == f">={declared[0]}"
    assert matrix["unit"] == declared
    assert matrix["components"] == [declared[0], declared[-1]]


def test_the_hooks_call_what_this_clone_installs() -> None:
    configuration = yaml.safe_load((CLONE / ".pre-commit-config.yaml").read_text())
    assert [one["repo"] for one in configuration["repos"]] == ["local"]
    programs = {hook["entry"].split()[0] for hook in configuration["repos"][0]["hooks"]}
    assert [program for program in programs if not os.access(CLONE / program, os.X_OK)] == []
