"""Reads the history of a repository with git: the first-parent line, which is how main itself went."""

import subprocess
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from todo_contracts.problems import ContractError, Problem


class History:
    """The first-parent history of the repository at `root`, up to HEAD.

    Raises ContractError for what can't prove anything: a folder outside git, a history without a commit, a
    shallow clone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        top = self._run("rev-parse", "--show-toplevel")
        if top.returncode or Path(top.stdout.strip()).resolve() != root.resolve():
            said = top.stderr.strip().partition("\n")[0] or "it belongs to another repository"
            raise _unproven(f"there is no git history here ({said})", "run in a clone of the repository")
        if self._text("rev-parse", "--is-shallow-repository") == "true":
            raise _unproven("this clone is shallow", "fetch all of the history: `git fetch --unshallow`")
        if self._run("rev-parse", "--verify", "HEAD").returncode:
            raise _unproven("there is no commit yet", "commit first")

    def commits(self, *paths: str) -> list[str]:
        """The commits that changed any of these paths on the way of main, oldest first."""
        return self._text("log", "--first-parent", "-m", "--reverse", "--format=%H", "--", *paths).split()

    def tree(self, commit: str, *paths: str) -> Mapping[str, str]:
        """Path → blob, for every file below some folders, or for some files."""
        listed = self._text("ls-tree", "-r", "-z", commit, "--", *paths)
        entries = (entry.partition("\t") for entry in listed.split("\0") if entry)
        return {path: meta.split()[2] for meta, _, path in entries}

    def blob(self, name: str) -> bytes:
        """The content of a blob."""
        return self._blobs.get(name) or self._blobs.setdefault(name, self._bytes("cat-file", "blob", name))

    def resolve(self, reference: str) -> str:
        """The commit that a branch, a tag or an abbreviation names. Raises ContractError."""
        found = self._run("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
        if found.returncode:
            raise _unproven(f"{reference!r} names no commit", "give a branch, a tag or a commit")
        return found.stdout.strip()

    def export(self, commit: str, target: Path, *paths: str) -> None:
        """Write the files of some folders (all, without any), as they are in a commit, below another folder."""
        present = [path for path in paths if self._text("ls-tree", commit, "--", path)]
        archive = self._bytes("archive", "--format=tar", commit, "--", *present)
        subprocess.run(["tar", "-x", "-C", str(target)], input=archive, check=True)

    @cached_property
    def _blobs(self) -> dict[str, bytes]:
        return {}

    def _text(self, *arguments: str) -> str:
        return self._bytes(*arguments).decode().strip("\n")

    def _bytes(self, *arguments: str) -> bytes:
        # A checkout that belongs to another user, as pipelines have it, is read all the same.
        command = ["git", "-c", f"safe.directory={self._root}", *arguments]
        return subprocess.run(command, cwd=self._root, capture_output=True, check=True).stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "-c", f"safe.directory={self._root}", *arguments]
        try:
            return subprocess.run(command, cwd=self._root, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise _unproven("git is not installed", "install it") from error


def _unproven(what: str, remedy: str) -> ContractError:
    consequence = "so nothing proves that published contracts are unchanged"
    return ContractError([Problem(".git", f"{what}, {consequence}", remedy)])
