"""Typed clients of the services in todo.task.v1. Generated from proto/."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import grpc.aio
from google.protobuf import empty_pb2

from todo.rpc import DEFAULT_TIMEOUT, Metadata, first_with_request_id, with_request_id
from todo.task.v1 import task_pb2, task_service_pb2

__all__ = [
    "TaskServiceClient",
]


class TaskServiceClient:
    """Tasks and what belongs to them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, PERMISSION_DENIED for what the caller sees but
    may not change, RESOURCE_EXHAUSTED over a quota, UNAVAILABLE with a retry hint while a part is down.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._create_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.CreateTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/CreateTask",
                request_serializer=task_service_pb2.CreateTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._get_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.GetTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/GetTask",
                request_serializer=task_service_pb2.GetTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._list_tasks: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.ListTasksRequest, task_service_pb2.ListTasksResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/ListTasks",
            request_serializer=task_service_pb2.ListTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.ListTasksResponse.FromString,
        )
        self._search_tasks: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.SearchTasksRequest, task_service_pb2.SearchTasksResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/SearchTasks",
            request_serializer=task_service_pb2.SearchTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.SearchTasksResponse.FromString,
        )
        self._update_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.UpdateTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/UpdateTask",
                request_serializer=task_service_pb2.UpdateTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._delete_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.DeleteTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/DeleteTask",
                request_serializer=task_service_pb2.DeleteTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._undelete_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.UndeleteTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/UndeleteTask",
                request_serializer=task_service_pb2.UndeleteTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._complete_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.CompleteTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/CompleteTask",
                request_serializer=task_service_pb2.CompleteTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._reopen_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.ReopenTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/ReopenTask",
                request_serializer=task_service_pb2.ReopenTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._drop_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.DropTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/DropTask",
                request_serializer=task_service_pb2.DropTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._move_task: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.MoveTaskRequest, task_pb2.Task] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/MoveTask",
                request_serializer=task_service_pb2.MoveTaskRequest.SerializeToString,
                response_deserializer=task_pb2.Task.FromString,
            )
        )
        self._batch_create_tasks: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.BatchCreateTasksRequest, task_service_pb2.BatchCreateTasksResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/BatchCreateTasks",
            request_serializer=task_service_pb2.BatchCreateTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.BatchCreateTasksResponse.FromString,
        )
        self._batch_update_tasks: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.BatchUpdateTasksRequest, task_service_pb2.BatchUpdateTasksResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/BatchUpdateTasks",
            request_serializer=task_service_pb2.BatchUpdateTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.BatchUpdateTasksResponse.FromString,
        )
        self._batch_complete_tasks: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.BatchCompleteTasksRequest, task_service_pb2.BatchCompleteTasksResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/BatchCompleteTasks",
            request_serializer=task_service_pb2.BatchCompleteTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.BatchCompleteTasksResponse.FromString,
        )
        self._batch_delete_tasks: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.BatchDeleteTasksRequest, task_service_pb2.BatchDeleteTasksResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/BatchDeleteTasks",
            request_serializer=task_service_pb2.BatchDeleteTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.BatchDeleteTasksResponse.FromString,
        )
        self._snooze_reminder: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.SnoozeReminderRequest, task_pb2.Task
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/SnoozeReminder",
            request_serializer=task_service_pb2.SnoozeReminderRequest.SerializeToString,
            response_deserializer=task_pb2.Task.FromString,
        )
        self._undo: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.UndoRequest, task_service_pb2.UndoResponse] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/Undo",
                request_serializer=task_service_pb2.UndoRequest.SerializeToString,
                response_deserializer=task_service_pb2.UndoResponse.FromString,
            )
        )
        self._create_task_list: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.CreateTaskListRequest, task_pb2.TaskList
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/CreateTaskList",
            request_serializer=task_service_pb2.CreateTaskListRequest.SerializeToString,
            response_deserializer=task_pb2.TaskList.FromString,
        )
        self._get_task_list: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.GetTaskListRequest, task_pb2.TaskList
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/GetTaskList",
            request_serializer=task_service_pb2.GetTaskListRequest.SerializeToString,
            response_deserializer=task_pb2.TaskList.FromString,
        )
        self._list_task_lists: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.ListTaskListsRequest, task_service_pb2.ListTaskListsResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/ListTaskLists",
            request_serializer=task_service_pb2.ListTaskListsRequest.SerializeToString,
            response_deserializer=task_service_pb2.ListTaskListsResponse.FromString,
        )
        self._update_task_list: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.UpdateTaskListRequest, task_pb2.TaskList
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/UpdateTaskList",
            request_serializer=task_service_pb2.UpdateTaskListRequest.SerializeToString,
            response_deserializer=task_pb2.TaskList.FromString,
        )
        self._delete_task_list: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.DeleteTaskListRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/DeleteTaskList",
            request_serializer=task_service_pb2.DeleteTaskListRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._list_tags: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.ListTagsRequest, task_service_pb2.ListTagsResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/ListTags",
            request_serializer=task_service_pb2.ListTagsRequest.SerializeToString,
            response_deserializer=task_service_pb2.ListTagsResponse.FromString,
        )
        self._rename_tag: grpc.aio.UnaryUnaryMultiCallable[task_service_pb2.RenameTagRequest, task_pb2.Tag] = (
            channel.unary_unary(
                "/todo.task.v1.TaskService/RenameTag",
                request_serializer=task_service_pb2.RenameTagRequest.SerializeToString,
                response_deserializer=task_pb2.Tag.FromString,
            )
        )
        self._create_saved_filter: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.CreateSavedFilterRequest, task_pb2.SavedFilter
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/CreateSavedFilter",
            request_serializer=task_service_pb2.CreateSavedFilterRequest.SerializeToString,
            response_deserializer=task_pb2.SavedFilter.FromString,
        )
        self._list_saved_filters: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.ListSavedFiltersRequest, task_service_pb2.ListSavedFiltersResponse
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/ListSavedFilters",
            request_serializer=task_service_pb2.ListSavedFiltersRequest.SerializeToString,
            response_deserializer=task_service_pb2.ListSavedFiltersResponse.FromString,
        )
        self._update_saved_filter: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.UpdateSavedFilterRequest, task_pb2.SavedFilter
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/UpdateSavedFilter",
            request_serializer=task_service_pb2.UpdateSavedFilterRequest.SerializeToString,
            response_deserializer=task_pb2.SavedFilter.FromString,
        )
        self._delete_saved_filter: grpc.aio.UnaryUnaryMultiCallable[
            task_service_pb2.DeleteSavedFilterRequest, empty_pb2.Empty
        ] = channel.unary_unary(
            "/todo.task.v1.TaskService/DeleteSavedFilter",
            request_serializer=task_service_pb2.DeleteSavedFilterRequest.SerializeToString,
            response_deserializer=empty_pb2.Empty.FromString,
        )
        self._import_tasks: grpc.aio.StreamUnaryMultiCallable[
            task_service_pb2.ImportTasksRequest, task_service_pb2.ImportTasksResponse
        ] = channel.stream_unary(
            "/todo.task.v1.TaskService/ImportTasks",
            request_serializer=task_service_pb2.ImportTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.ImportTasksResponse.FromString,
        )
        self._export_tasks: grpc.aio.UnaryStreamMultiCallable[
            task_service_pb2.ExportTasksRequest, task_service_pb2.ExportTasksResponse
        ] = channel.unary_stream(
            "/todo.task.v1.TaskService/ExportTasks",
            request_serializer=task_service_pb2.ExportTasksRequest.SerializeToString,
            response_deserializer=task_service_pb2.ExportTasksResponse.FromString,
        )

    async def create_task(
        self,
        request: task_service_pb2.CreateTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Creates a task. FAILED_PRECONDITION when the list or the parent task does not exist. A workspace has at most
        500,000 tasks, deleted ones not counted.
        """
        return await self._create_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def get_task(
        self,
        request: task_service_pb2.GetTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Returns one task, also a deleted one."""
        return await self._get_task(request, timeout=timeout, metadata=tuple(metadata))

    async def list_tasks(
        self,
        request: task_service_pb2.ListTasksRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.ListTasksResponse:
        """Lists the tasks of a workspace that a filter picks, in an order, page by page."""
        return await self._list_tasks(request, timeout=timeout, metadata=tuple(metadata))

    async def search_tasks(
        self,
        request: task_service_pb2.SearchTasksRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.SearchTasksResponse:
        """Finds tasks by words in title, notes and tags, best match first."""
        return await self._search_tasks(request, timeout=timeout, metadata=tuple(metadata))

    async def update_task(
        self,
        request: task_service_pb2.UpdateTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Changes the named fields of a task. ABORTED when the etag is not the current one."""
        return await self._update_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def delete_task(
        self,
        request: task_service_pb2.DeleteTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Deletes a task; it can be undeleted for 30 days, and is forgotten then. ABORTED when the etag is not the current one."""
        return await self._delete_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def undelete_task(
        self,
        request: task_service_pb2.UndeleteTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Brings a deleted task back. FAILED_PRECONDITION when it is not deleted."""
        return await self._undelete_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def complete_task(
        self,
        request: task_service_pb2.CompleteTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Completes a task. Completing a completed task changes nothing and returns it.
        FAILED_PRECONDITION when it has open subtasks and the request does not say to complete them too.
        """
        return await self._complete_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def reopen_task(
        self,
        request: task_service_pb2.ReopenTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Opens a completed or dropped task again. Reopening an open task changes nothing and returns it."""
        return await self._reopen_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def drop_task(
        self,
        request: task_service_pb2.DropTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Gives a task up without its being done. Dropping a dropped task changes nothing and returns it."""
        return await self._drop_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def move_task(
        self,
        request: task_service_pb2.MoveTaskRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Puts a task at another place by hand: behind a neighbour or first, in a list, under a parent. No other task is
        changed. FAILED_PRECONDITION when the neighbour, the list or the parent does not exist.
        """
        return await self._move_task(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def batch_create_tasks(
        self,
        request: task_service_pb2.BatchCreateTasksRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.BatchCreateTasksResponse:
        """Creates up to 1,000 tasks, all or none."""
        return await self._batch_create_tasks(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def batch_update_tasks(
        self,
        request: task_service_pb2.BatchUpdateTasksRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.BatchUpdateTasksResponse:
        """Changes up to 1,000 tasks, all or none."""
        return await self._batch_update_tasks(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def batch_complete_tasks(
        self,
        request: task_service_pb2.BatchCompleteTasksRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.BatchCompleteTasksResponse:
        """Completes up to 1,000 tasks, all or none."""
        return await self._batch_complete_tasks(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def batch_delete_tasks(
        self,
        request: task_service_pb2.BatchDeleteTasksRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.BatchDeleteTasksResponse:
        """Deletes up to 1,000 tasks, all or none."""
        return await self._batch_delete_tasks(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def snooze_reminder(
        self,
        request: task_service_pb2.SnoozeReminderRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Task:
        """Puts a reminder off. FAILED_PRECONDITION when the task is not open."""
        return await self._snooze_reminder(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def undo(
        self, request: task_service_pb2.UndoRequest, *, timeout: float | None = DEFAULT_TIMEOUT, metadata: Metadata = ()
    ) -> task_service_pb2.UndoResponse:
        """Reverses the caller's last change in a workspace, or one of a task's recent changes, as a new change. What was
        changed or created together (a batch, a cascade, an import, a renamed tag) is reversed together.
        ABORTED when a later change conflicts, FAILED_PRECONDITION when there is nothing to undo.
        """
        return await self._undo(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def create_task_list(
        self,
        request: task_service_pb2.CreateTaskListRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.TaskList:
        """Creates a list of tasks. A workspace has at most 1,000."""
        return await self._create_task_list(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def get_task_list(
        self,
        request: task_service_pb2.GetTaskListRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.TaskList:
        """Returns one list."""
        return await self._get_task_list(request, timeout=timeout, metadata=tuple(metadata))

    async def list_task_lists(
        self,
        request: task_service_pb2.ListTaskListsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.ListTaskListsResponse:
        """Lists the lists of a workspace by name."""
        return await self._list_task_lists(request, timeout=timeout, metadata=tuple(metadata))

    async def update_task_list(
        self,
        request: task_service_pb2.UpdateTaskListRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.TaskList:
        """Changes the named fields of a list. ABORTED when the etag is not the current one."""
        return await self._update_task_list(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def delete_task_list(
        self,
        request: task_service_pb2.DeleteTaskListRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Deletes a list; its tasks go to the inbox."""
        return await self._delete_task_list(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def list_tags(
        self,
        request: task_service_pb2.ListTagsRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.ListTagsResponse:
        """Lists the tags that tasks of a workspace have."""
        return await self._list_tags(request, timeout=timeout, metadata=tuple(metadata))

    async def rename_tag(
        self,
        request: task_service_pb2.RenameTagRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.Tag:
        """Renames a tag on every task that has it. Onto an existing tag, it merges the two."""
        return await self._rename_tag(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def create_saved_filter(
        self,
        request: task_service_pb2.CreateSavedFilterRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.SavedFilter:
        """Keeps a filter under a name. A workspace has at most 1,000."""
        return await self._create_saved_filter(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def list_saved_filters(
        self,
        request: task_service_pb2.ListSavedFiltersRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_service_pb2.ListSavedFiltersResponse:
        """Lists the saved filters of a workspace by name."""
        return await self._list_saved_filters(request, timeout=timeout, metadata=tuple(metadata))

    async def update_saved_filter(
        self,
        request: task_service_pb2.UpdateSavedFilterRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> task_pb2.SavedFilter:
        """Changes the named fields of a saved filter. ABORTED when the etag is not the current one."""
        return await self._update_saved_filter(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def delete_saved_filter(
        self,
        request: task_service_pb2.DeleteSavedFilterRequest,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        metadata: Metadata = (),
    ) -> empty_pb2.Empty:
        """Deletes a saved filter."""
        return await self._delete_saved_filter(with_request_id(request), timeout=timeout, metadata=tuple(metadata))

    async def import_tasks(
        self,
        requests: AsyncIterator[task_service_pb2.ImportTasksRequest],
        *,
        timeout: float | None = None,
        metadata: Metadata = (),
    ) -> task_service_pb2.ImportTasksResponse:
        """Imports tasks from a file that is sent in pieces. Nothing is kept when any part of it is bad."""
        return await self._import_tasks(first_with_request_id(requests), timeout=timeout, metadata=tuple(metadata))

    async def export_tasks(
        self, request: task_service_pb2.ExportTasksRequest, *, timeout: float | None = None, metadata: Metadata = ()
    ) -> AsyncGenerator[task_service_pb2.ExportTasksResponse, None]:
        """Exports the tasks of a workspace as a file that is sent in pieces."""
        call = self._export_tasks(request, timeout=timeout, metadata=tuple(metadata))
        try:
            async for response in call:
                yield response
        finally:
            call.cancel()
