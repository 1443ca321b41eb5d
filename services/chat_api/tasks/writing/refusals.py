"""What the database refuses, as the error that a caller can act on."""

import psycopg
from psycopg import errors as pg
from todo_runtime.errors import PermissionDenied

from services.chat_api.access.cache import AccessCache
from services.chat_api.access.model import Actor
from services.chat_api.tasks.writing.checks import no_list, no_parent


def refusal_of(error: psycopg.Error, actor: Actor, access: AccessCache) -> Exception:
    """The caller's error for a missing list or parent, or for a role that the cache knew as greater than it is now.

    Any other error is returned as it is.
    """
    match error:
        case pg.ForeignKeyViolation():
            return no_list() if error.diag.constraint_name == "tasks_in_list" else no_parent()
        case pg.InsufficientPrivilege():
            access.evict(actor.user_id)
            return PermissionDenied("Your role in this workspace does not allow this.", reason="ROLE")
        case _:
            return error
