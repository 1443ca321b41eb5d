"""pyproject.toml alone states the version; whatever has to repeat it says the same."""

import re
from collections.abc import Iterator

import pytest
from todo_contracts.layout import Layout
from todo_stack.paths import CLONE

VERSION = Layout(CLONE).version
REPEATED = ("Dockerfile", "compose.yaml", "gen/pyproject.toml", "kube/base/contracts/jobs.yaml")
_STATED = re.compile(r'(?:^ARG VERSION=|^version = "|todo/[a-z-]+:)(\d[\w.]*)', re.MULTILINE)


def other_versions(text: str, version: str) -> Iterator[str]:
    """Versions of this project that a text states and that aren't the one given."""
    return (stated for stated in _STATED.findall(text) if stated != version)


def test_what_repeats_the_version_agrees_with_it() -> None:
    files = [CLONE / name for name in REPEATED] + sorted((CLONE / "kube/base/services").glob("*.yaml"))
    wrong = {str(path.relative_to(CLONE)): list(other_versions(path.read_text(), VERSION)) for path in files}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert all(_STATED.search((CLONE / name).read_text()) for name in REPEATED)


@pytest.mark.parametrize("text", ["ARG VERSION=0.0.1", 'version = "0.0.1"', "image: todo/chat-api:0.0.1"])
def test_another_version_is_seen(text: str) -> None:
    assert list(other_versions(text, "0.0.2")) == ["0.0.1"]
    assert list(other_versions(text, "0.0.1")) == []


def test_the_changelog_begins_with_this_version() -> None:
    newest = re.search(r"^## \[(\d\S*)\]", (CLONE / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == VERSION
