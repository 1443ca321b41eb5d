"""Base classes of the gRPC services that chat_api serves. Generated from proto/ and its manifest.

Override the methods that are there; one that is not overridden answers UNIMPLEMENTED.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar

from google.protobuf import empty_pb2
from google.protobuf.descriptor import ServiceDescriptor

from todo.chat.v1 import chat_service_pb2
from todo.identity.v1 import identity_service_pb2
from todo.task.v1 import task_pb2, task_service_pb2
from todo.workspace.v1 import workspace_service_pb2
from todo_runtime.rpc import Call, Servicer, unimplemented

__all__ = [
    "ChatServiceServicer",
    "AccessServiceServicer",
    "IdentityServiceServicer",
    "TaskServiceServicer",
    "WorkspaceServiceServicer",
]


class ChatServiceServicer(Servicer):
    """Tasks by talking: a message in plain words becomes commands, and the answer says what was done.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or is not the caller's. A message that is not understood is no error:
    the reply says so and shows what can be said.
    """

    SERVICE: ClassVar[str] = "todo.chat.v1.ChatService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"]

    async def send_message(
        self, request: chat_service_pb2.SendMessageRequest, call: Call
    ) -> chat_service_pb2.SendMessageResponse:
        """Takes one message and answers it."""
        raise unimplemented("todo.chat.v1.ChatService/SendMessage")

    def stream_message(
        self, request: chat_service_pb2.StreamMessageRequest, call: Call
    ) -> AsyncIterator[chat_service_pb2.StreamMessageResponse]:
        """Takes one message and answers it piece by piece; the last piece is complete."""
        raise unimplemented("todo.chat.v1.ChatService/StreamMessage")

    async def create_conversation(
        self, request: chat_service_pb2.CreateConversationRequest, call: Call
    ) -> chat_service_pb2.Conversation:
        """Begins a conversation."""
        raise unimplemented("todo.chat.v1.ChatService/CreateConversation")

    async def get_conversation(
        self, request: chat_service_pb2.GetConversationRequest, call: Call
    ) -> chat_service_pb2.Conversation:
        """Returns one conversation."""
        raise unimplemented("todo.chat.v1.ChatService/GetConversation")

    async def list_conversations(
        self, request: chat_service_pb2.ListConversationsRequest, call: Call
    ) -> chat_service_pb2.ListConversationsResponse:
        """Lists the caller's conversations, the newest first."""
        raise unimplemented("todo.chat.v1.ChatService/ListConversations")

    async def delete_conversation(
        self, request: chat_service_pb2.DeleteConversationRequest, call: Call
    ) -> empty_pb2.Empty:
        """Deletes a conversation with its messages; tasks stay as they are."""
        raise unimplemented("todo.chat.v1.ChatService/DeleteConversation")

    async def list_messages(
        self, request: chat_service_pb2.ListMessagesRequest, call: Call
    ) -> chat_service_pb2.ListMessagesResponse:
        """Lists the messages of a conversation, the newest first."""
        raise unimplemented("todo.chat.v1.ChatService/ListMessages")


class AccessServiceServicer(Servicer):
    """What a service must know of a person before it serves them: for the services' own projections on a miss."""

    SERVICE: ClassVar[str] = "todo.identity.v1.AccessService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = identity_service_pb2.DESCRIPTOR.services_by_name["AccessService"]

    async def get_access(
        self, request: identity_service_pb2.GetAccessRequest, call: Call
    ) -> identity_service_pb2.GetAccessResponse:
        """Returns a person's session generation, profile and memberships, with the heads of the workspaces' streams.
        NOT_FOUND for an unknown or deleted person.
        """
        raise unimplemented("todo.identity.v1.AccessService/GetAccess")


class IdentityServiceServicer(Servicer):
    """Who a person is: sign-up, tokens, profile.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED for a wrong password or
    token (without saying which part was wrong), RESOURCE_EXHAUSTED after too many attempts.
    """

    SERVICE: ClassVar[str] = "todo.identity.v1.IdentityService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = identity_service_pb2.DESCRIPTOR.services_by_name["IdentityService"]

    async def sign_up(
        self, request: identity_service_pb2.SignUpRequest, call: Call
    ) -> identity_service_pb2.SignUpResponse:
        """Creates an account with a personal workspace and signs it in. ALREADY_EXISTS when the address is taken."""
        raise unimplemented("todo.identity.v1.IdentityService/SignUp")

    async def verify_email(self, request: identity_service_pb2.VerifyEmailRequest, call: Call) -> empty_pb2.Empty:
        """Confirms that the address belongs to the person."""
        raise unimplemented("todo.identity.v1.IdentityService/VerifyEmail")

    async def sign_in(
        self, request: identity_service_pb2.SignInRequest, call: Call
    ) -> identity_service_pb2.SignInResponse:
        """Begins a session."""
        raise unimplemented("todo.identity.v1.IdentityService/SignIn")

    async def refresh_token(
        self, request: identity_service_pb2.RefreshTokenRequest, call: Call
    ) -> identity_service_pb2.RefreshTokenResponse:
        """Gives a new pair of tokens for a refresh token, which is used up. Using one twice ends its session."""
        raise unimplemented("todo.identity.v1.IdentityService/RefreshToken")

    async def sign_out(self, request: identity_service_pb2.SignOutRequest, call: Call) -> empty_pb2.Empty:
        """Ends the caller's session, or all of them."""
        raise unimplemented("todo.identity.v1.IdentityService/SignOut")

    async def request_password_reset(
        self, request: identity_service_pb2.RequestPasswordResetRequest, call: Call
    ) -> empty_pb2.Empty:
        """Sends a message with a code to set a new password. Answers the same whether the address is known or not."""
        raise unimplemented("todo.identity.v1.IdentityService/RequestPasswordReset")

    async def reset_password(self, request: identity_service_pb2.ResetPasswordRequest, call: Call) -> empty_pb2.Empty:
        """Sets a new password with the code that was sent, and ends all sessions."""
        raise unimplemented("todo.identity.v1.IdentityService/ResetPassword")

    async def get_me(self, request: identity_service_pb2.GetMeRequest, call: Call) -> identity_service_pb2.User:
        """Returns the caller's account."""
        raise unimplemented("todo.identity.v1.IdentityService/GetMe")

    async def update_me(self, request: identity_service_pb2.UpdateMeRequest, call: Call) -> identity_service_pb2.User:
        """Changes the named fields of the caller's account."""
        raise unimplemented("todo.identity.v1.IdentityService/UpdateMe")

    async def delete_me(self, request: identity_service_pb2.DeleteMeRequest, call: Call) -> empty_pb2.Empty:
        """Deletes the caller's account and everything that is only theirs."""
        raise unimplemented("todo.identity.v1.IdentityService/DeleteMe")

    async def create_api_token(
        self, request: identity_service_pb2.CreateApiTokenRequest, call: Call
    ) -> identity_service_pb2.CreateApiTokenResponse:
        """Makes a long-lived token for a program. Its value is shown only in this answer."""
        raise unimplemented("todo.identity.v1.IdentityService/CreateApiToken")

    async def list_api_tokens(
        self, request: identity_service_pb2.ListApiTokensRequest, call: Call
    ) -> identity_service_pb2.ListApiTokensResponse:
        """Lists the caller's API tokens without their values."""
        raise unimplemented("todo.identity.v1.IdentityService/ListApiTokens")

    async def revoke_api_token(
        self, request: identity_service_pb2.RevokeApiTokenRequest, call: Call
    ) -> empty_pb2.Empty:
        """Ends an API token."""
        raise unimplemented("todo.identity.v1.IdentityService/RevokeApiToken")


class TaskServiceServicer(Servicer):
    """Tasks and what belongs to them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, PERMISSION_DENIED for what the caller sees but
    may not change, RESOURCE_EXHAUSTED over a quota, UNAVAILABLE with a retry hint while a part is down.
    """

    SERVICE: ClassVar[str] = "todo.task.v1.TaskService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = task_service_pb2.DESCRIPTOR.services_by_name["TaskService"]

    async def create_task(self, request: task_service_pb2.CreateTaskRequest, call: Call) -> task_pb2.Task:
        """Creates a task. FAILED_PRECONDITION when the list or the parent task does not exist. A workspace has at most
        500,000 tasks, deleted ones not counted.
        """
        raise unimplemented("todo.task.v1.TaskService/CreateTask")

    async def get_task(self, request: task_service_pb2.GetTaskRequest, call: Call) -> task_pb2.Task:
        """Returns one task, also a deleted one."""
        raise unimplemented("todo.task.v1.TaskService/GetTask")

    async def list_tasks(
        self, request: task_service_pb2.ListTasksRequest, call: Call
    ) -> task_service_pb2.ListTasksResponse:
        """Lists the tasks of a workspace that a filter picks, in an order, page by page."""
        raise unimplemented("todo.task.v1.TaskService/ListTasks")

    async def search_tasks(
        self, request: task_service_pb2.SearchTasksRequest, call: Call
    ) -> task_service_pb2.SearchTasksResponse:
        """Finds tasks by words in title, notes and tags, best match first."""
        raise unimplemented("todo.task.v1.TaskService/SearchTasks")

    async def update_task(self, request: task_service_pb2.UpdateTaskRequest, call: Call) -> task_pb2.Task:
        """Changes the named fields of a task. ABORTED when the etag is not the current one."""
        raise unimplemented("todo.task.v1.TaskService/UpdateTask")

    async def delete_task(self, request: task_service_pb2.DeleteTaskRequest, call: Call) -> task_pb2.Task:
        """Deletes a task; it can be undeleted for 30 days, and is forgotten then. ABORTED when the etag is not the current one."""
        raise unimplemented("todo.task.v1.TaskService/DeleteTask")

    async def undelete_task(self, request: task_service_pb2.UndeleteTaskRequest, call: Call) -> task_pb2.Task:
        """Brings a deleted task back. FAILED_PRECONDITION when it is not deleted."""
        raise unimplemented("todo.task.v1.TaskService/UndeleteTask")

    async def complete_task(self, request: task_service_pb2.CompleteTaskRequest, call: Call) -> task_pb2.Task:
        """Completes a task. Completing a completed task changes nothing and returns it.
        FAILED_PRECONDITION when it has open subtasks and the request does not say to complete them too.
        """
        raise unimplemented("todo.task.v1.TaskService/CompleteTask")

    async def reopen_task(self, request: task_service_pb2.ReopenTaskRequest, call: Call) -> task_pb2.Task:
        """Opens a completed or dropped task again. Reopening an open task changes nothing and returns it."""
        raise unimplemented("todo.task.v1.TaskService/ReopenTask")

    async def drop_task(self, request: task_service_pb2.DropTaskRequest, call: Call) -> task_pb2.Task:
        """Gives a task up without its being done. Dropping a dropped task changes nothing and returns it."""
        raise unimplemented("todo.task.v1.TaskService/DropTask")

    async def move_task(self, request: task_service_pb2.MoveTaskRequest, call: Call) -> task_pb2.Task:
        """Puts a task at another place by hand: behind a neighbour or first, in a list, under a parent. No other task is
        changed. FAILED_PRECONDITION when the neighbour, the list or the parent does not exist.
        """
        raise unimplemented("todo.task.v1.TaskService/MoveTask")

    async def batch_create_tasks(
        self, request: task_service_pb2.BatchCreateTasksRequest, call: Call
    ) -> task_service_pb2.BatchCreateTasksResponse:
        """Creates up to 1,000 tasks, all or none."""
        raise unimplemented("todo.task.v1.TaskService/BatchCreateTasks")

    async def batch_update_tasks(
        self, request: task_service_pb2.BatchUpdateTasksRequest, call: Call
    ) -> task_service_pb2.BatchUpdateTasksResponse:
        """Changes up to 1,000 tasks, all or none."""
        raise unimplemented("todo.task.v1.TaskService/BatchUpdateTasks")

    async def batch_complete_tasks(
        self, request: task_service_pb2.BatchCompleteTasksRequest, call: Call
    ) -> task_service_pb2.BatchCompleteTasksResponse:
        """Completes up to 1,000 tasks, all or none."""
        raise unimplemented("todo.task.v1.TaskService/BatchCompleteTasks")

    async def batch_delete_tasks(
        self, request: task_service_pb2.BatchDeleteTasksRequest, call: Call
    ) -> task_service_pb2.BatchDeleteTasksResponse:
        """Deletes up to 1,000 tasks, all or none."""
        raise unimplemented("todo.task.v1.TaskService/BatchDeleteTasks")

    async def snooze_reminder(self, request: task_service_pb2.SnoozeReminderRequest, call: Call) -> task_pb2.Task:
        """Puts a reminder off. FAILED_PRECONDITION when the task is not open."""
        raise unimplemented("todo.task.v1.TaskService/SnoozeReminder")

    async def undo(self, request: task_service_pb2.UndoRequest, call: Call) -> task_service_pb2.UndoResponse:
        """Reverses the caller's last change in a workspace, or one of a task's recent changes, as a new change. What was
        changed or created together (a batch, a cascade, an import, a renamed tag) is reversed together.
        ABORTED when a later change conflicts, FAILED_PRECONDITION when there is nothing to undo.
        """
        raise unimplemented("todo.task.v1.TaskService/Undo")

    async def create_task_list(self, request: task_service_pb2.CreateTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Creates a list of tasks. A workspace has at most 1,000."""
        raise unimplemented("todo.task.v1.TaskService/CreateTaskList")

    async def get_task_list(self, request: task_service_pb2.GetTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Returns one list."""
        raise unimplemented("todo.task.v1.TaskService/GetTaskList")

    async def list_task_lists(
        self, request: task_service_pb2.ListTaskListsRequest, call: Call
    ) -> task_service_pb2.ListTaskListsResponse:
        """Lists the lists of a workspace by name."""
        raise unimplemented("todo.task.v1.TaskService/ListTaskLists")

    async def update_task_list(self, request: task_service_pb2.UpdateTaskListRequest, call: Call) -> task_pb2.TaskList:
        """Changes the named fields of a list. ABORTED when the etag is not the current one."""
        raise unimplemented("todo.task.v1.TaskService/UpdateTaskList")

    async def delete_task_list(self, request: task_service_pb2.DeleteTaskListRequest, call: Call) -> empty_pb2.Empty:
        """Deletes a list; its tasks go to the inbox."""
        raise unimplemented("todo.task.v1.TaskService/DeleteTaskList")

    async def list_tags(
        self, request: task_service_pb2.ListTagsRequest, call: Call
    ) -> task_service_pb2.ListTagsResponse:
        """Lists the tags that tasks of a workspace have."""
        raise unimplemented("todo.task.v1.TaskService/ListTags")

    async def rename_tag(self, request: task_service_pb2.RenameTagRequest, call: Call) -> task_pb2.Tag:
        """Renames a tag on every task that has it. Onto an existing tag, it merges the two."""
        raise unimplemented("todo.task.v1.TaskService/RenameTag")

    async def create_saved_filter(
        self, request: task_service_pb2.CreateSavedFilterRequest, call: Call
    ) -> task_pb2.SavedFilter:
        """Keeps a filter under a name. A workspace has at most 1,000."""
        raise unimplemented("todo.task.v1.TaskService/CreateSavedFilter")

    async def list_saved_filters(
        self, request: task_service_pb2.ListSavedFiltersRequest, call: Call
    ) -> task_service_pb2.ListSavedFiltersResponse:
        """Lists the saved filters of a workspace by name."""
        raise unimplemented("todo.task.v1.TaskService/ListSavedFilters")

    async def update_saved_filter(
        self, request: task_service_pb2.UpdateSavedFilterRequest, call: Call
    ) -> task_pb2.SavedFilter:
        """Changes the named fields of a saved filter. ABORTED when the etag is not the current one."""
        raise unimplemented("todo.task.v1.TaskService/UpdateSavedFilter")

    async def delete_saved_filter(
        self, request: task_service_pb2.DeleteSavedFilterRequest, call: Call
    ) -> empty_pb2.Empty:
        """Deletes a saved filter."""
        raise unimplemented("todo.task.v1.TaskService/DeleteSavedFilter")

    async def import_tasks(
        self, requests: AsyncIterator[task_service_pb2.ImportTasksRequest], call: Call
    ) -> task_service_pb2.ImportTasksResponse:
        """Imports tasks from a file that is sent in pieces. Nothing is kept when any part of it is bad."""
        raise unimplemented("todo.task.v1.TaskService/ImportTasks")

    def export_tasks(
        self, request: task_service_pb2.ExportTasksRequest, call: Call
    ) -> AsyncIterator[task_service_pb2.ExportTasksResponse]:
        """Exports the tasks of a workspace as a file that is sent in pieces."""
        raise unimplemented("todo.task.v1.TaskService/ExportTasks")


class WorkspaceServiceServicer(Servicer):
    """Workspaces and who belongs to them.

    Errors of every method: INVALID_ARGUMENT with the fields at fault, UNAUTHENTICATED without a valid token,
    NOT_FOUND for what does not exist or the caller may not see, PERMISSION_DENIED for what the caller's role
    does not allow, FAILED_PRECONDITION where a workspace would lose its last owner.
    """

    SERVICE: ClassVar[str] = "todo.workspace.v1.WorkspaceService"
    DESCRIPTOR: ClassVar[ServiceDescriptor] = workspace_service_pb2.DESCRIPTOR.services_by_name["WorkspaceService"]

    async def create_workspace(
        self, request: workspace_service_pb2.CreateWorkspaceRequest, call: Call
    ) -> workspace_service_pb2.Workspace:
        """Creates a shared workspace; the caller becomes its owner. A person is in at most 200 workspaces."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/CreateWorkspace")

    async def get_workspace(
        self, request: workspace_service_pb2.GetWorkspaceRequest, call: Call
    ) -> workspace_service_pb2.Workspace:
        """Returns one workspace."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/GetWorkspace")

    async def list_workspaces(
        self, request: workspace_service_pb2.ListWorkspacesRequest, call: Call
    ) -> workspace_service_pb2.ListWorkspacesResponse:
        """Lists the caller's workspaces, the personal one first."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/ListWorkspaces")

    async def update_workspace(
        self, request: workspace_service_pb2.UpdateWorkspaceRequest, call: Call
    ) -> workspace_service_pb2.Workspace:
        """Changes the named fields of a workspace. Owners only."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/UpdateWorkspace")

    async def delete_workspace(
        self, request: workspace_service_pb2.DeleteWorkspaceRequest, call: Call
    ) -> empty_pb2.Empty:
        """Deletes a shared workspace with everything in it. Owners only."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/DeleteWorkspace")

    async def add_member(
        self, request: workspace_service_pb2.AddMemberRequest, call: Call
    ) -> workspace_service_pb2.Member:
        """Adds a person who has an account. Owners only. A workspace has at most 1,000 members."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/AddMember")

    async def list_members(
        self, request: workspace_service_pb2.ListMembersRequest, call: Call
    ) -> workspace_service_pb2.ListMembersResponse:
        """Lists the members of a workspace."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/ListMembers")

    async def update_member(
        self, request: workspace_service_pb2.UpdateMemberRequest, call: Call
    ) -> workspace_service_pb2.Member:
        """Changes a member's role. Owners only."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/UpdateMember")

    async def remove_member(self, request: workspace_service_pb2.RemoveMemberRequest, call: Call) -> empty_pb2.Empty:
        """Removes a member: owners anyone, everybody themselves."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/RemoveMember")

    async def create_invitation(
        self, request: workspace_service_pb2.CreateInvitationRequest, call: Call
    ) -> workspace_service_pb2.Invitation:
        """Invites an address for 7 days, in place of an invitation that it has. Owners only, and at most 100 are open."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/CreateInvitation")

    async def list_invitations(
        self, request: workspace_service_pb2.ListInvitationsRequest, call: Call
    ) -> workspace_service_pb2.ListInvitationsResponse:
        """Lists the open invitations of a workspace. Owners only."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/ListInvitations")

    async def accept_invitation(
        self, request: workspace_service_pb2.AcceptInvitationRequest, call: Call
    ) -> workspace_service_pb2.Member:
        """Joins the workspace that an invitation is for. The address that was invited must be the caller's own."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/AcceptInvitation")

    async def revoke_invitation(
        self, request: workspace_service_pb2.RevokeInvitationRequest, call: Call
    ) -> empty_pb2.Empty:
        """Withdraws an invitation. Owners only."""
        raise unimplemented("todo.workspace.v1.WorkspaceService/RevokeInvitation")
