"""Members and their roles as messages."""

from todo.workspace.v1 import workspace_service_pb2 as pb
from todo_runtime.errors import InvalidArgument
from todo_runtime.proto_time import timestamp_of

from services.chat_api.access.model import Role
from services.chat_api.shared.resource_names import workspace_name
from services.chat_api.workspaces.domain.workspaces import Member

ROLES = {Role.OWNER: pb.ROLE_OWNER, Role.EDITOR: pb.ROLE_EDITOR, Role.VIEWER: pb.ROLE_VIEWER}
_ROLES_BY_NUMBER: dict[int, Role] = {number: role for role, number in ROLES.items()}


def member_message(member: Member) -> pb.Member:
    """A member in the contract's form."""
    return pb.Member(
        name=f"{workspace_name(member.workspace_id)}/members/{member.user_id}",
        role=ROLES[member.role],
        email=member.email,
        display_name=member.display_name,
        join_time=timestamp_of(member.joined_at),
    )


def role_of(number: int, field: str) -> Role:
    """The role that a field of a request names. Raises InvalidArgument when it names none."""
    role = _ROLES_BY_NUMBER.get(number)
    if role is None:
        raise InvalidArgument.at(field, "Say which role: owner, editor or viewer.")
    return role
