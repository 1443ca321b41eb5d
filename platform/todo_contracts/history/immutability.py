"""Published contracts in history: what was guaranteed in any commit of main holds in every later one and on disk.

The whole tree is looked at, so deleting and renaming count, and changing something back doesn't undo the change.
"""

from collections.abc import Iterator, Mapping

from todo_contracts.evolution.change import Verdict
from todo_contracts.evolution.proto_changes import proto_changes
from todo_contracts.evolution.proto_image import Image, published_files
from todo_contracts.history.git import History
from todo_contracts.history.guarantees import Guarantee, guarantees_of, kept, present_value
from todo_contracts.history.trees import CONTRACT_PATHS, CommitTree, Tree, WorkingTree
from todo_contracts.layout import Layout
from todo_contracts.manifest import Manifest
from todo_contracts.problems import Problem

_HERE = ""
Key = tuple[str, str, str]


def history_problems(layout: Layout, manifests: Mapping[str, Manifest]) -> Iterator[Problem]:
    """Every guarantee that was broken. Raises ContractError where the history can't be read."""
    history = History(layout.root)
    trees = [(commit, CommitTree(history, commit)) for commit in history.commits(*CONTRACT_PATHS)]
    states: list[tuple[str, Tree]] = [*trees, (_HERE, WorkingTree(layout))]
    yield from _broken_guarantees(states)
    yield from _broken_baselines(layout, states, manifests)


def publication(layout: Layout) -> tuple[History, str] | None:
    """The newest commit that published something, with the history that it was found in; None before the first."""
    history = History(layout.root)
    known: frozenset[tuple[str, str]] = frozenset()
    newest = None
    for commit in history.commits(*CONTRACT_PATHS):
        tree = CommitTree(history, commit)
        states = (guarantee for guarantee in guarantees_of(tree).values() if guarantee.kind == "state")
        now = frozenset((guarantee.file, guarantee.subject) for guarantee in states)
        baseline = layout.name(layout.published_protos)
        now |= {(baseline, tree.blobs[baseline])} if baseline in tree.blobs else set()
        if now - known:
            newest = commit
        known = now
    return (history, newest) if newest else None


def _broken_guarantees(states: list[tuple[str, Tree]]) -> Iterator[Problem]:
    guaranteed: dict[Key, tuple[Guarantee, str]] = {}
    broken: dict[Key, str] = {}
    for commit, tree in states:
        for key, (guarantee, _) in guaranteed.items():
            if not kept(guarantee, present_value(tree, guarantee)):
                broken[key] = commit if commit == _HERE else broken.get(key, commit)
        for key, guarantee in guarantees_of(tree).items():
            # A level may rise, headers may be added: from then on the new value is the guarantee.
            if key not in broken:
                guaranteed[key] = (guarantee, guaranteed[key][1] if key in guaranteed else commit)
    final = states[-1][1]
    for key, commit in broken.items():
        guarantee, since = guaranteed[key]
        yield _problem(guarantee, since, commit, present_value(final, guarantee))


def _problem(guarantee: Guarantee, since: str, commit: str, value: str) -> Problem:
    published = f"published since {since[:10]}" if since else "published"
    if commit == _HERE:
        what, remedy = _now(guarantee, value)
        return Problem(guarantee.file, f"{what}, and it is {published}", remedy, str(guarantee.sides))
    what = f"{guarantee.subject} was changed in {commit[:10]} and changed back, and it is {published}"
    remedy = "take both commits out of the history before it is shared (git rebase)"
    return Problem(guarantee.file, what, remedy, str(guarantee.sides))


def _now(guarantee: Guarantee, value: str) -> tuple[str, str]:
    if guarantee.kind == "content":
        if guarantee.value == "absent":
            return "was added", "remove it, and put it beside a new version"
        done = "was deleted or moved" if value == "absent" else "was edited"
        return done, "restore it; a change is a new version beside it, with the next number"
    if guarantee.kind == "state":
        return f"{guarantee.subject} is {value}, not published", "list it as published: publishing is one way"
    if guarantee.kind == "headers":
        what = "a header was removed, or one that exists or is new was made required"
        return what, "restore it; a new header starts as optional"
    what = f"{guarantee.subject} was {guarantee.value} and is {value}"
    return what, "restore it; another value needs a new topic: producers write both, then consumers move"


def _broken_baselines(
    layout: Layout, states: list[tuple[str, Tree]], manifests: Mapping[str, Manifest]
) -> Iterator[Problem]:
    """Each published image of the protobuf contracts follows from the one before it."""
    file = layout.name(layout.published_protos)
    before: tuple[str, Image] | None = None
    for commit, tree in states:
        if file not in tree.blobs:
            if before is not None:
                yield Problem(file, "was deleted", "restore it: it is what clients hold")
                return
            continue
        if before is None or before[0] != tree.blobs[file]:
            image = Image(published_files(tree.read(file), file))
            if before is not None:
                yield from _baseline_step(file, commit, before[1], image, manifests)
            before = (tree.blobs[file], image)


def _baseline_step(
    file: str, commit: str, older: Image, newer: Image, manifests: Mapping[str, Manifest]
) -> Iterator[Problem]:
    where = f"as it was published in {commit[:10]}" if commit else "as it lies here"
    for change in proto_changes(older, newer, manifests):
        if change.verdict is not Verdict.LEGAL:
            what = f"{where} it breaks the one before: {change.element}: {change.what} ({change.rule})"
            yield Problem(file, what, change.advice, change.affects)
