"""Brings the contracts to the running broker and registry: topics, schemas, compatibility levels."""

from pathlib import Path

import httpx
from todo_contracts.catalogue import load_catalogue
from todo_contracts.layout import Layout
from todo_contracts.problems import ContractError
from todo_contracts.register import register

from todo_stack.errors import StackError
from todo_stack.topics import create_topics

_DEFAULT_LEVEL = "FULL_TRANSITIVE"


def bring_topics(root: Path, bootstrap: str) -> None:
    """Create the catalogue's topics (blocking). Raises StackError."""
    try:
        topics = load_catalogue(Layout(root))
    except ContractError as error:
        raise _broken(error) from error
    create_topics(bootstrap, topics.values())


def bring_schemas(root: Path, registry: str) -> None:
    """Register every schema of the catalogue, drafts too (blocking). Raises StackError.

    The registry's own default level is NONE, so it is set for subjects that nobody has catalogued yet.
    """
    level = {"compatibility": _DEFAULT_LEVEL}
    httpx.put(f"{registry}/config", json=level, timeout=30, trust_env=False).raise_for_status()
    try:
        register(root, registry, allow_drafts=True)
    except ContractError as error:
        raise _broken(error) from error


def _broken(error: ContractError) -> StackError:
    return StackError(f"The contracts can't be used:\n{error}\nSee `todo contracts check`.")
