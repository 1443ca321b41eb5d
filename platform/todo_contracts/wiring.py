"""Which service may use which generated binding: manifests and catalogue, joined, without loose ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from todo_contracts.catalogue import Topic
from todo_contracts.descriptors import Service
from todo_contracts.manifest import Manifest
from todo_contracts.problems import ContractError, Problem


@dataclass(frozen=True)
class Wiring:
    """All services with what they serve, call, produce and consume."""

    manifests: Mapping[str, Manifest]
    topics: Mapping[str, Topic]
    services: Mapping[str, Service]

    def served_by(self, manifest: Manifest) -> list[Service]:
        """The gRPC services that a service serves, sorted."""
        return [self.services[name] for name in sorted(manifest.serves)]

    def called_by(self, manifest: Manifest) -> list[Service]:
        """The gRPC services that a service calls itself, sorted."""
        return [self.services[name] for name in sorted(manifest.calls)]

    def forwarded_by(self, manifest: Manifest) -> list[Service]:
        """The gRPC services behind this gateway that have an HTTP route, sorted."""
        names = {name for target in manifest.gateway_to for name in self.manifests[target].serves}
        found = [self.services[name] for name in sorted(names)]
        return [service for service in found if any(method.http for method in service.methods)]

    def home(self, service: Service) -> str:
        """The one service that serves a gRPC service."""
        return next(name for name, manifest in self.manifests.items() if service.full_name in manifest.serves)

    def produced_by(self, manifest: Manifest) -> list[Topic]:
        """The topics that a service writes."""
        return [topic for topic in self.topics.values() if manifest.name in topic.producers]

    def consumed_by(self, manifest: Manifest) -> list[Topic]:
        """The topics that a service reads."""
        return [topic for topic in self.topics.values() if manifest.name in topic.consumers]

    def callers(self, manifest: Manifest) -> dict[str, tuple[str, ...]]:
        """gRPC method path → the services that may call it with their own token."""
        return {
            f"/{service.full_name}/{method.name}": tuple(self._callers(manifest, service, method.name, method.http))
            for service in self.served_by(manifest)
            for method in service.methods
        }

    def _callers(self, callee: Manifest, service: Service, method: str, http: bool) -> Iterator[str]:
        for caller in self.manifests.values():
            named = method in caller.calls.get(service.full_name, ())
            forwarded = http and callee.name in caller.gateway_to
            if named or forwarded:
                yield caller.name


def join(manifests: Mapping[str, Manifest], topics: Mapping[str, Topic], services: Mapping[str, Service]) -> Wiring:
    """Join the three sources; raises ContractError with every name that one uses and another doesn't know."""
    wiring = Wiring(manifests, topics, services)
    problems = [
        *_unknown_services(wiring),
        *_unknown_calls(wiring),
        *_unknown_members(wiring),
        *_ambiguous_routes(wiring),
    ]
    if problems:
        raise ContractError(problems)
    return wiring


def _unknown_services(wiring: Wiring) -> Iterator[Problem]:
    for manifest in wiring.manifests.values():
        for name in (*manifest.serves, *manifest.calls):
            if name not in wiring.services:
                what = f"names the gRPC service {name}, which no .proto file defines"
                yield Problem(manifest.file, what, "correct the name, or write its contract first")


def _unknown_calls(wiring: Wiring) -> Iterator[Problem]:
    for manifest in wiring.manifests.values():
        for name, methods in manifest.calls.items():
            known = (
                {method.name for method in wiring.services[name].methods} if name in wiring.services else set(methods)
            )
            for method in methods:
                if method not in known:
                    yield Problem(manifest.file, f"calls {name}/{method}, which does not exist", "correct the name")
            homes = [other.name for other in wiring.manifests.values() if name in other.serves]
            if len(homes) != 1:
                served = f"is served by {', '.join(homes)}" if homes else "nobody serves"
                yield Problem(manifest.file, f"calls {name}, which {served}", "call a service that one place serves")


def _unknown_members(wiring: Wiring) -> Iterator[Problem]:
    for topic in wiring.topics.values():
        for role, names in (
            ("owner", (topic.owner,)),
            ("producers", topic.producers),
            ("consumers", topic.consumers),
            ("dead_letter_topics", tuple(topic.dead_letter_topics)),
        ):
            for name in names:
                if name not in wiring.manifests:
                    what = f"{role} names {name!r}, which is no service"
                    yield Problem(topic.file, what, f"use one of {', '.join(wiring.manifests)}")


def _ambiguous_routes(wiring: Wiring) -> Iterator[Problem]:
    """A route leads to one place, so a gRPC service with routes is served in one."""
    for service in wiring.services.values():
        homes = [manifest.name for manifest in wiring.manifests.values() if service.full_name in manifest.serves]
        if len(homes) > 1 and any(method.http for method in service.methods):
            what = f"{service.full_name} has HTTP routes and is served by {', '.join(homes)}"
            yield Problem(service.file, what, "serve it in one place")
