"""Which services may call audit with their own token, by method. Generated from the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CALLERS: Final[Mapping[str, frozenset[str]]] = {
    "/todo.audit.v1.AuditService/ListEvents": frozenset(("chat_api", "sync")),
    "/todo.audit.v1.AuditService/GetTaskHistory": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/GetTaskAsOf": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/GetWorkspaceAsOf": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/VerifyLog": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/GetCheckpoint": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/GetInclusionProof": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/GetConsistencyProof": frozenset(("chat_api",)),
    "/todo.audit.v1.AuditService/ExportEvents": frozenset(("chat_api",)),
    "/todo.ops.v1.DeadLetterService/ListDeadLetters": frozenset(),
    "/todo.ops.v1.DeadLetterService/GetDeadLetter": frozenset(),
    "/todo.ops.v1.DeadLetterService/RedriveDeadLetter": frozenset(),
    "/todo.ops.v1.DeadLetterService/DiscardDeadLetter": frozenset(),
}
