"""AuditService."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from todo.audit.v1 import audit_service_pb2 as pb
from todo_bindings.audit.rpc import AuditServiceServicer
from todo_product.access import AccessReader
from todo_runtime.db import Database
from todo_runtime.paging import PageRequest, PageTokens
from todo_runtime.rpc import Call

from services.audit import service
from services.audit.domain.chain import Head
from services.audit.domain.streams import Parent, topics_named
from services.audit.rpc.access import open_parent, require_all
from services.audit.rpc.translation import Translator, stream_report, task_subject
from services.audit.service import Checkpoint, Page, Verification

_TASK_EVENTS = "task-events"


class AuditRpc(AuditServiceServicer):
    """Reads and verifies the log."""

    def __init__(self, database: Database, access: AccessReader, pages: PageTokens) -> None:
        self._database = database
        self._access = access
        self._pages = pages
        self._translator = Translator()

    async def list_events(self, request: pb.ListEventsRequest, call: Call) -> pb.ListEventsResponse:
        """Lists the events of one stream by sequence number."""
        asked = self._pages.asked(request, call)
        parent = await open_parent(self._access, call, request.parent)
        page = await self._events(request, parent, asked)
        return pb.ListEventsResponse(
            events=self._translator.events(page, request.view), next_page_token=_next_token(asked, page)
        )

    async def get_task_history(self, request: pb.GetTaskHistoryRequest, call: Call) -> pb.GetTaskHistoryResponse:
        """Lists the changes of one task with the task after each of them, the oldest first."""
        asked = self._pages.asked(request, call)
        workspace_name, _, task = request.name.partition("/tasks/")
        parent = await open_parent(self._access, call, workspace_name)
        stream, subject = (_TASK_EVENTS, parent.id), task_subject(parent.id, task)
        page = await service.list_events_of_subject(self._database, stream, subject, asked.after or 0, asked.size)
        return pb.GetTaskHistoryResponse(
            changes=self._translator.changes(page), next_page_token=_next_token(asked, page)
        )

    async def verify_log(self, request: pb.VerifyLogRequest, call: Call) -> pb.VerifyLogResponse:
        """Recomputes hash chains and compares them with what was recorded."""
        asked = self._pages.asked(request, call)
        verification = await self._verify(request, call, _checkpoint(asked.after))
        reports = [stream_report(report) for report in verification.reports]
        return pb.VerifyLogResponse(
            intact=all(report.intact for report in reports),
            streams=reports,
            event_count=sum(report.event_count for report in reports),
            next_page_token=_checkpoint_token(asked, verification.next),
        )

    async def _events(self, request: pb.ListEventsRequest, parent: Parent, asked: PageRequest) -> Page:
        stream, after = (parent.topic(request.topic), parent.id), request.after_sequence
        if request.order_by == "sequence desc":
            before = _AFTER_LAST if asked.after is None else asked.after
            return await service.list_events_descending(self._database, stream, after, before, asked.size)
        after = after if asked.after is None else asked.after
        return await service.list_events(self._database, stream, after, asked.size)

    async def _verify(self, request: pb.VerifyLogRequest, call: Call, start: Checkpoint | None) -> Verification:
        if not request.parent:
            require_all(call.principal)
            return await service.verify_all(self._database, topics_named(request.topic), start)
        parent = await open_parent(self._access, call, request.parent)
        streams = sorted((topic, parent.id) for topic in parent.topics(request.topic))
        return await service.verify_streams(self._database, streams, start)


_AFTER_LAST = 2**63 - 1


def _next_token(asked: PageRequest, page: Page) -> str:
    """The token of the next page; a page may end before its size, where its events have too many bytes."""
    return asked.token_of(page.links[-1].entry.sequence) if page.more and page.links else ""


def _checkpoint(position: Sequence[Any] | None) -> Checkpoint | None:
    if position is None:
        return None
    topic, key, sequence, link, hash_ = position
    return Checkpoint((topic, UUID(key)), Head(sequence, link, bytes.fromhex(hash_)))


def _checkpoint_token(asked: PageRequest, checkpoint: Checkpoint | None) -> str:
    if checkpoint is None:
        return ""
    (topic, key), reached = checkpoint.stream, checkpoint.reached
    return asked.token_of([topic, str(key), reached.sequence, reached.link, reached.hash.hex()])
