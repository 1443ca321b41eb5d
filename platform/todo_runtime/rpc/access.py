"""Access rules of methods, read once at the start from the options of the contract and the table of callers."""

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor
from todo.options.v1 import options_pb2

from todo_runtime.auth.authenticator import Authenticator
from todo_runtime.auth.principal import ANONYMOUS, Principal
from todo_runtime.errors import PermissionDenied
from todo_runtime.rpc.servicer import method_path

Callers = Mapping[str, frozenset[str]]
"""`/package.Service/Method` → the services that may call it with their own token (generated from the manifests)."""


@dataclass(frozen=True, slots=True)
class Access:
    """The access rule of one method."""

    public: bool
    operators_only: bool
    services_only: bool
    services: frozenset[str]

    def authorize(self, authenticator: Authenticator, metadata: Mapping[str, str | bytes]) -> Principal:
        """Authenticates and authorizes the caller. Raises Unauthenticated or PermissionDenied."""
        if self.public:
            return ANONYMOUS
        principal = authenticator.authenticate(metadata)
        if principal.service is not None and principal.service not in self.services:
            raise PermissionDenied("This service is not allowed to call the method.", reason="CALLER_NOT_LISTED")
        if self.services_only and principal.service is None:
            raise PermissionDenied("Only services may call this method.", reason="SERVICES_ONLY")
        if self.operators_only and not principal.is_operator:
            raise PermissionDenied("Only operators may call this method.", reason="OPERATORS_ONLY")
        return principal


def access_of(method: MethodDescriptor, callers: Callers) -> Access:
    """The access rule of a method."""
    options = method.GetOptions()
    return Access(
        public=options.Extensions[options_pb2.public],
        operators_only=options.Extensions[options_pb2.operator],
        services_only=options.Extensions[options_pb2.internal],
        services=callers.get(method_path(method), frozenset()),
    )
