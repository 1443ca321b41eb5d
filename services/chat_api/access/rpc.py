"""AccessService at the gRPC edge: what other services need to know of a person."""

from uuid import UUID

from todo.identity.v1 import identity_service_pb2 as pb
from todo_bindings.chat_api.rpc import AccessServiceServicer
from todo_runtime.db import Database
from todo_runtime.errors import NotFound
from todo_runtime.rpc import Call

from services.chat_api.access import store
from services.chat_api.shared.resource_names import parse_id, workspace_name


class AccessRpc(AccessServiceServicer):
    """Answers from the tables, not from the cache: the caller keeps a projection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_access(self, request: pb.GetAccessRequest, call: Call) -> pb.GetAccessResponse:
        """Everything that a service must know of a person before it serves them."""
        user = parse_id(request.user.removeprefix("users/"), request.user[:64])
        async with self._database.transaction(user) as tx:
            access = await store.load(tx, user)
            if access is None:
                raise NotFound(f"There is no {request.user[:64]}.")
            heads = await store.heads(tx, [user, *access.roles])
        return _message(access, heads)


def _message(access: store.Access, heads: dict[tuple[str, UUID], int]) -> pb.GetAccessResponse:
    return pb.GetAccessResponse(
        generation=access.generation,
        revoked_sessions=[str(session) for session in access.revoked_sessions],
        memberships=[
            pb.GetAccessResponse.Membership(
                workspace=workspace_name(workspace),
                role=role.value,
                task_sequence=heads.get(("task-events", workspace), 0),
                workspace_sequence=heads.get(("workspace-events", workspace), 0),
            )
            for workspace, role in access.roles.items()
        ],
        time_zone=access.time_zone,
        locale=access.locale,
        identity_sequence=heads.get(("identity-events", access.user_id), 0),
        personal_workspace=workspace_name(access.personal_workspace_id),
    )
