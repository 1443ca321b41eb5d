"""RecurrenceService at the gRPC edge."""

from uuid import UUID

from todo.recurrence.v1 import recurrence_service_pb2 as pb
from todo.task.v1 import task_pb2
from todo_bindings.recurring_task.rpc import RecurrenceServiceServicer
from todo_calendar.local_time import LocalTime, parse
from todo_product.access import AccessReader, Role
from todo_runtime.db import Database
from todo_runtime.errors import NotFound, invalid_at
from todo_runtime.paging import PageTokens
from todo_runtime.rpc import Call

from services.recurring_task import store
from services.recurring_task.domain.series import preview
from services.recurring_task.store import Series

_STATE = {"active": pb.Series.STATE_ACTIVE, "ended": pb.Series.STATE_ENDED}


class RecurrenceRpc(RecurrenceServiceServicer):
    """Answers from the rules and from this service's tables."""

    def __init__(self, database: Database, access: AccessReader, pages: PageTokens) -> None:
        self._database = database
        self._access = access
        self._pages = pages

    async def preview_occurrences(
        self, request: pb.PreviewOccurrencesRequest, call: Call
    ) -> pb.PreviewOccurrencesResponse:
        """Says when a rule's occurrences come."""
        zone = (await self._access.of(call.person)).profile.time_zone or "UTC"
        occurrences = preview(request.rule, _local(request.start, zone), request.count or 10, zone)
        return pb.PreviewOccurrencesResponse(occurrences=[_message(one) for one in occurrences])

    async def get_series(self, request: pb.GetSeriesRequest, call: Call) -> pb.Series:
        """Returns one series."""
        _, name, _, id_ = request.name.split("/")
        workspace = await self._access.open_workspace(call.person, f"workspaces/{name}", Role.VIEWER)
        async with self._database.transaction(call.person) as tx:
            await store.enter(tx, workspace)
            return _series(await store.get(tx, workspace, _id(id_, request.name)))

    async def list_series(self, request: pb.ListSeriesRequest, call: Call) -> pb.ListSeriesResponse:
        """Lists the series of a workspace."""
        asked = self._pages.asked(request, call)
        after = None if asked.after is None else UUID(asked.after)
        workspace = await self._access.open_workspace(call.person, request.parent, Role.VIEWER)
        async with self._database.transaction(call.person) as tx:
            await store.enter(tx, workspace)
            found = await store.list_of(tx, workspace, after, asked.limit)
        page = asked.cut(found, lambda series: str(series.id))
        return pb.ListSeriesResponse(series=[_series(one) for one in page.items], next_page_token=page.next_token)


def _local(message: task_pb2.LocalTime, default_zone: str) -> LocalTime:
    with invalid_at("start"):
        return parse(message.date, message.time, message.time_zone, default_zone)


def _message(value: LocalTime) -> task_pb2.LocalTime:
    message = task_pb2.LocalTime(date=value.date.isoformat())
    if value.time is not None and value.instant is not None:
        message.time, message.time_zone = value.time.isoformat("seconds"), value.zone or ""
        message.instant.FromDatetime(value.instant)
    return message


def _series(series: Series) -> pb.Series:
    recurrence = task_pb2.Recurrence
    message = pb.Series(
        name=f"workspaces/{series.workspace_id}/series/{series.id}",
        rule=series.rule,
        basis=recurrence.BASIS_COMPLETION if series.by_completion else recurrence.BASIS_DUE,
        start=_message(series.start) if series.start else None,
        occurrence_count=series.made,
        latest_task=f"workspaces/{series.workspace_id}/tasks/{series.latest_task_id}",
        state=_STATE[series.state],
    )
    message.update_time.FromDatetime(series.updated_at)
    return message


def _id(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"There is no {name}.") from None
