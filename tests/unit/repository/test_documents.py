"""The documents: links lead somewhere, and the index of decisions is complete."""

import re
from pathlib import Path

import pytest
from todo_stack.paths import CLONE

DOCUMENTS = [*CLONE.glob("*.md"), *(CLONE / "docs").glob("*.md"), *(CLONE / "docs" / "adr").glob("*.md")]
DECISIONS = sorted((CLONE / "docs" / "adr").glob("[0-9]*.md"))
ROOTS = (CLONE, CLONE / "platform", CLONE / "services" / "chat_api")
INDEX = CLONE / "docs" / "adr" / "README.md"
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")
_CODE = re.compile(r"```.*?```", re.DOTALL)
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def broken_links(document: Path, text: str) -> list[str]:
    """Links that name no file, or no heading of it."""
    return [target + anchor for target, anchor in _LINK.findall(text) if not _leads_somewhere(document, target, anchor)]


def _leads_somewhere(document: Path, target: str, anchor: str) -> bool:
    path = document.parent / target if target else document
    return path.exists() and (not anchor or anchor[1:] in _anchors(path.read_text()))


def _anchors(text: str) -> set[str]:
    """The ids that GitHub gives to headings."""
    headings = _HEADING.findall(_CODE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CLONE)))
def test_links_lead_somewhere(document: Path) -> None:
    assert broken_links(document, document.read_text()) == []


@pytest.mark.parametrize("link", ["[a](absent.md)", "[a](README.md#absent)", "[a](#absent)"])
def test_a_broken_link_is_found(link: str) -> None:
    assert len(broken_links(CLONE / "README.md", link)) == 1


def test_the_index_has_every_decision_with_its_title() -> None:
    titles = {path.name: path.read_text().partition("\n")[0].removeprefix("# ") for path in DECISIONS}
    rows = re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+?) \| (.+?) \|$", INDEX.read_text(), re.MULTILINE)
    assert {file: f"{number}. {title}" for number, file, title, _ in rows} == titles
    assert all(re.fullmatch(r"accepted|superseded by \d+", status) for *_, status in rows)


def missing_modules(text: str) -> list[str]:
    """Paths of Python modules, and paths in the last column of a table, that exist nowhere."""
    cells = re.findall(r"^\|.*\| ([^|]*) \|$", text, re.MULTILINE)
    paths = [path for cell in cells for path in re.findall(r"`([\w*./-]+/[\w*./-]+)`", cell)]
    paths += re.findall(r"`([\w*./-]+/[\w*-]+\.py)`", _CODE.sub("", text))
    return [path for path in paths if not any(any(root.glob(path)) for root in ROOTS)]


@pytest.mark.parametrize("name", ["architecture.md", "glossary.md"])
def test_the_modules_that_it_names_exist(name: str) -> None:
    assert missing_modules((CLONE / "docs" / name).read_text()) == []


def test_a_missing_module_is_found() -> None:
    assert missing_modules("| relay | publishes | `platform/absent.py` |") == 2 * ["platform/absent.py"]
