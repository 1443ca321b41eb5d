"""Publishing: freezes every draft; there is no way back.

Events: every draft version in the catalogue is listed as published. Calls: the image of proto/ becomes the new
baseline that clients hold. Nothing is published that `todo contracts check` refuses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from todo_contracts.buf import require_buf
from todo_contracts.catalogue import State, Topic, load_catalogue
from todo_contracts.check.everything import check
from todo_contracts.docs.write import write
from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError, Problem

_VERSIONS = r"^(?P<head>\s+{record}:\s*)\{{(?P<versions>[^}}]*)\}}"


@dataclass(frozen=True)
class Publication:
    """What was published: record versions such as `todo.task_events.v1.TaskCreated 1`, and whether proto/ changed."""

    versions: tuple[str, ...]
    protos: bool

    def __str__(self) -> str:
        lines = [f"published: {version}" for version in self.versions]
        lines += ["published: proto/, as proto/published.binpb"] if self.protos else []
        return "\n".join(lines or ["nothing to publish: there is no draft"])


def publish(layout: Layout) -> Publication:
    """Freeze every draft. Raises ContractError, and changes nothing, when the contracts are not in order."""
    if problems := check(layout):
        raise ContractError(problems)
    topics = load_catalogue(layout)
    versions = tuple(dict.fromkeys(version for topic in topics.values() for version in _drafts(topic)))
    texts = {topic.file: _as_published(layout, topic) for topic in topics.values() if any(_drafts(topic))}
    protos = _publish_protos(layout)
    for file, text in texts.items():
        (layout.root / file).write_text(text)
    # The reference says of each version whether it is published.
    write(layout)
    return Publication(versions, protos)


def _drafts(topic: Topic) -> Iterator[str]:
    for record, versions in topic.records.items():
        for version, state in versions.items():
            if state is State.DRAFT:
                yield f"{record} {version}"


def _as_published(layout: Layout, topic: Topic) -> str:
    """The catalogue file with its drafts published, and everything else in it as it was."""
    text = (layout.root / topic.file).read_text()
    for record in topic.records:
        pattern = re.compile(_VERSIONS.format(record=re.escape(record)), re.MULTILINE)
        text, found = pattern.subn(_published_line, text)
        if not found:
            what = f"the versions of {record} aren't written as {{1: draft}} in one line"
            raise ContractError([Problem(topic.file, what, "write them so, then publish again")])
    return text


def _published_line(match: re.Match[str]) -> str:
    versions = re.sub(r"\bdraft\b", "published", match["versions"])
    return f"{match['head']}{{{versions}}}"


def _publish_protos(layout: Layout) -> bool:
    """Replace the baseline; whether that changed it. buf marks what is imported, which a plain set doesn't hold."""
    target = layout.published_protos
    before = target.read_bytes() if target.is_file() else b""
    require_buf(layout, "build", layout.name(layout.proto), "--exclude-source-info", "-o", str(target))
    return target.read_bytes() != before
