"""The context of a call that a handler receives besides the request."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from todo_runtime.auth.principal import Principal
from todo_runtime.errors import PermissionDenied


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `deadline` is in seconds of the event loop's clock (`loop.time()`).

    `correlation_id` is shared by everything that the same first request causes; `causation_id` is the event that
    caused a call by a service, if one did. `traceparent` is the W3C header to propagate.
    """

    method: str
    principal: Principal
    correlation_id: UUID
    causation_id: UUID | None
    deadline: float
    traceparent: str | None

    @property
    def remaining(self) -> float:
        """Seconds until the deadline, at least 0."""
        return max(0.0, self.deadline - asyncio.get_running_loop().time())

    @property
    def person(self) -> UUID:
        """The person who calls or for whom a service calls. Raises PermissionDenied if there is none."""
        if self.principal.user_id is None:
            raise PermissionDenied(
                "This method acts for a person, and the call does not name one.", reason="NOT_A_PERSON"
            )
        return self.principal.user_id
