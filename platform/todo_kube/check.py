"""Checks every rendered overlay: built-in kinds against the schemas of Kubernetes, strictly.

    python -m todo_kube.check

Kinds of others are known by name only here; `make test-kube` tries them on a real API server.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import kubernetes_validate
from todo_stack.paths import CLONE

from todo_kube.patch import PatchError
from todo_kube.render import Document, RenderError, render

KUBERNETES = "1.36"
OVERLAYS = CLONE / "kube" / "overlays"
OF_OTHERS = {
    "dapr.io/v1alpha1": {"Component", "Configuration"},
    "gateway.networking.k8s.io/v1": {"Gateway", "HTTPRoute"},
    "kafka.strimzi.io/v1": {"Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser"},
    "keda.sh/v1alpha1": {"ScaledObject", "TriggerAuthentication"},
    "monitoring.coreos.com/v1": {"PrometheusRule", "ServiceMonitor"},
    "postgresql.cnpg.io/v1": {"Cluster"},
}


def problems_of(document: Document) -> Iterator[str]:
    """What is wrong with one manifest."""
    version, kind, name = document["apiVersion"], document["kind"], document["metadata"]["name"]
    if "." in version and not version.startswith(("rbac.authorization", "networking.k8s.io")):
        if kind not in OF_OTHERS.get(version, ()):
            yield f"{kind}/{name}: {version} has no such kind here."
        return
    try:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    except kubernetes_validate.SchemaNotFoundError:
        yield f"{kind}/{name}: {version} has no such kind."
    except kubernetes_validate.ValidationError as error:
        yield f"{kind}/{name}: {'.'.join(map(str, error.path))}: {error.message}"


def check(overlays: Sequence[Path]) -> list[str]:
    """What is wrong with overlays; what several have in common is looked at once."""
    different: dict[str, tuple[str, Document]] = {}
    found = list[str]()
    for overlay in overlays:
        try:
            documents = render(overlay)
        except (RenderError, PatchError) as error:
            found.append(str(error))
            continue
        for one in documents:
            different.setdefault(json.dumps(one, sort_keys=True), (overlay.name, one))
    return found + [f"{overlay}: {problem}" for overlay, one in different.values() for problem in problems_of(one)]


def main() -> int:
    """Checks all overlays; 1 when something is wrong."""
    overlays = sorted(path.parent for path in OVERLAYS.glob("*/kustomization.yaml"))
    found = check(overlays)
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"kube: {len(overlays)} overlays, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
