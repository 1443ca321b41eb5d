"""Who may call a method: read from the options of the contract and the table of callers, once, at the start."""

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
    """The rule of one method."""

    public: bool
    operators_only: bool
    services_only: bool
    services: frozenset[str]

    def admit(self, authenticator: Authenticator, metadata: Mapping[str, str | bytes]) -> Principal:
        """The caller, if they may call. Raises Unauthenticated or PermissionDenied."""
        if self.public:
            return ANONYMOUS
        principal = authenticator.authenticate(metadata)
        if principal.service is not None and principal.service not in self.services:
            raise PermissionDenied("this service is not among the callers of the method", reason="CALLER_NOT_LISTED")
        if self.services_only and principal.service is None:
            raise PermissionDenied("this method is for services", reason="SERVICES_ONLY")
        if self.operators_only and not principal.is_operator:
            raise PermissionDenied("this method is for operators", reason="OPERATORS_ONLY")
        return principal


def access_of(method: MethodDescriptor, callers: Callers) -> Access:
    """The rule for a method."""
    options = method.GetOptions()
    return Access(
        public=options.Extensions[options_pb2.public],
        operators_only=options.Extensions[options_pb2.operator],
        services_only=options.Extensions[options_pb2.internal],
        services=callers.get(method_path(method), frozenset()),
    )
