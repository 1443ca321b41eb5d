"""Which services may call sync with their own token, by method. Generated from the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CALLERS: Final[Mapping[str, frozenset[str]]] = {
    "/todo.sync.v1.SyncService/Subscribe": frozenset(("chat_api",)),
}
