"""The credentials that a service attaches to its own calls."""

from uuid import UUID

from todo_runtime.auth.authenticator import AUTHORIZATION, CAUSE, CORRELATION, ON_BEHALF_OF
from todo_runtime.auth.issuer import TokenIssuer
from todo_runtime.telemetry import tracing

Metadata = tuple[tuple[str, str], ...]


class ServiceCredentials:
    """Builds the metadata of calls to other services: the token of this service, and for whom and why it calls."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer

    def call_metadata(
        self,
        *,
        on_behalf_of: UUID | None = None,
        cause: UUID | None = None,
        correlation: UUID | None = None,
        traceparent: str | None = None,
    ) -> Metadata:
        """Metadata for one call: the person for whom, the event that caused it, the correlation id, the trace."""
        given = {
            AUTHORIZATION: f"Bearer {self._issuer.service()}",
            ON_BEHALF_OF: on_behalf_of,
            CAUSE: cause,
            CORRELATION: correlation,
            tracing.HEADER: traceparent or tracing.current_traceparent(),
        }
        return tuple((key, str(value)) for key, value in given.items() if value is not None)
