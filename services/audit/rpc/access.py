"""Who may read which stream."""

from uuid import UUID

from todo_product.access import AccessReader
from todo_runtime.auth import Principal
from todo_runtime.errors import NotFound, PermissionDenied
from todo_runtime.rpc import Call

from services.audit.domain.streams import Owner, Parent

_ME = "me"


async def open_parent(access: AccessReader, call: Call, name: str) -> Parent:
    """The workspace or person in a resource name, once the caller may read their streams. Raises NotFound."""
    owner = Owner(name.partition("/")[0])
    if may_read_all(call.principal):
        return Parent(owner, _id(name, call.principal.user_id))
    if owner is Owner.WORKSPACE:
        return Parent(owner, await access.open_workspace(call.person, name))
    person = _id(name, call.person)
    if person != call.person:
        raise _not_found(name)
    return Parent(owner, person)


def may_read_all(principal: Principal) -> bool:
    """Whether the caller is an operator, or a service that does not act for a person."""
    return principal.is_operator or (principal.service is not None and principal.user_id is None)


def require_all(principal: Principal) -> None:
    """Raises PermissionDenied for a caller who may not read all streams."""
    if not may_read_all(principal):
        raise PermissionDenied("Only operators may read all streams: name a parent.", reason="OPERATORS_ONLY")


def _id(name: str, me: UUID | None) -> UUID:
    id_ = name.partition("/")[2]
    if me is not None and name == f"{Owner.PERSON.value}/{_ME}":
        return me
    try:
        return UUID(id_)
    except ValueError:
        raise _not_found(name) from None


def _not_found(name: str) -> NotFound:
    return NotFound(f"There is no {name}, or you may not see it.", reason="NO_PARENT")
