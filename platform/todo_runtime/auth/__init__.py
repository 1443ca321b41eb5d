"""Authentication: principals and their tokens (EdDSA JWTs, RFC 7519 with the best practices of RFC 8725)."""

from todo_runtime.auth.authenticator import CAUSE, CORRELATION, ON_BEHALF_OF, Authenticator, SessionGuard
from todo_runtime.auth.credentials import ServiceCredentials
from todo_runtime.auth.issuer import TokenIssuer
from todo_runtime.auth.principal import ANONYMOUS, OPERATOR, Principal
from todo_runtime.auth.verifier import TokenVerifier

__all__ = [
    "ANONYMOUS",
    "CAUSE",
    "CORRELATION",
    "ON_BEHALF_OF",
    "OPERATOR",
    "Authenticator",
    "Principal",
    "ServiceCredentials",
    "SessionGuard",
    "TokenIssuer",
    "TokenVerifier",
]
