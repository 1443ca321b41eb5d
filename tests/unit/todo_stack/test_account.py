"""Dropping root: the account must be able to reach what it is to use."""

import os
from pathlib import Path

import pytest
from todo_stack import account
from todo_stack.account import Account
from todo_stack.errors import StackError


@pytest.fixture
def stranger() -> Account:
    return Account("stranger", uid=54_321, gid=54_321)


def test_a_closed_folder_on_the_way_is_noticed(tmp_path: Path, stranger: Account) -> None:
    inner = tmp_path / "open" / "closed" / "open"
    inner.mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(0o711)

    assert stranger.can_reach(inner)
    inner.parent.chmod(0o700)
    assert not stranger.can_reach(inner)


def test_own_folders_are_reachable(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    owner = tmp_path.stat()

    assert Account("me", owner.st_uid, owner.st_gid)._may_pass(tmp_path)


def test_nobody_drops_privileges_outside_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert account.unprivileged() is None


def test_a_system_without_the_account_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "_NAME", "no-such-user")

    with pytest.raises(StackError, match="must not run as root"):
        account.unprivileged()
