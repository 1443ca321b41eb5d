"""Owns what a handler knows of the call that it works on, besides the request."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from todo_runtime.auth.principal import Principal
from todo_runtime.errors import PermissionDenied


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `deadline` is in seconds of the event loop's clock (`loop.time()`).

    `correlation_id` is shared by everything that follows from the same first request; `causation_id` is the event
    that made a service call, if one did. `traceparent` is the W3C header to hand on.
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
        """The person who calls or for whom a service calls; PermissionDenied when there is none."""
        if self.principal.user_id is None:
            raise PermissionDenied("this method acts for a person, and the call names none", reason="NOT_A_PERSON")
        return self.principal.user_id
