"""The pods of a service: one container and what goes before it, with probes, limits and as few rights as can be.

Resources: the five services take 80 to 130 MiB each at rest and 150 to 220 under the load of `make bench` on two cores
(proportional set size); a request is what is needed at rest, the limit leaves room for batches and imports.
"""

from typing import Any

from todo_contracts.manifest import Manifest

USER = 10001
KAFKA_SECRET = "kafka-"  # noqa: S105 - the beginning of a name
CA_SECRET = "todo-cluster-ca-cert"  # noqa: S105 - a name
SETTINGS = "todo"
Resource = dict[str, Any]


def name_of(service: str) -> str:
    """The name of a service's objects: no underscores (RFC 1123)."""
    return service.replace("_", "-")


def image_of(service: str, version: str) -> str:
    """The image of a service; deploying replaces the registry and the tag."""
    return f"todo/{name_of(service)}:{version}"


def labels(name: str) -> dict[str, str]:
    """What selects the pods of something."""
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "todo"}


def pod(manifest: Manifest, image: str) -> Resource:
    """The pod of a service."""
    name = name_of(manifest.name)
    return {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 40,
        "securityContext": pod_security(),
        **({"initContainers": [_waiting(manifest, image)]} if manifest.database else {}),
        "containers": [_container(manifest, image)],
        "topologySpreadConstraints": [
            _spread(name, key) for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
        "volumes": [
            {"name": "secrets", "secret": {"secretName": name}},
            {"name": "kafka", "secret": {"secretName": f"{KAFKA_SECRET}{name}"}},
            {"name": "kafka-ca", "secret": {"secretName": CA_SECRET}},
            {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
        ],
    }


def migration(manifest: Manifest, image: str) -> Resource:
    """The pod that migrates a service's database as its owner."""
    name = name_of(manifest.name)
    return {
        "restartPolicy": "OnFailure",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(),
        "containers": [_on_database(manifest, image, "migrate", "apply", f"{name}-owner")],
    }


def pod_security() -> Resource:
    """Nobody in particular, without privileges (Pod Security "restricted")."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "runAsGroup": USER,
        "fsGroup": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> Resource:
    """Nothing can be written but to mounted volumes, and no right be got."""
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def _container(manifest: Manifest, image: str) -> Resource:
    return {
        "name": name_of(manifest.name),
        "image": image,
        "ports": [{"name": kind, "containerPort": port} for kind, port in ports(manifest).items()],
        "env": _environment(manifest),
        "envFrom": _environments(manifest),
        "startupProbe": {
            "httpGet": {"path": "/healthz", "port": "metrics"},
            "periodSeconds": 1,
            "failureThreshold": 60,
        },
        "readinessProbe": {"grpc": {"port": manifest.ports.grpc}, "periodSeconds": 2, "timeoutSeconds": 2},
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "metrics"}, "periodSeconds": 10, "timeoutSeconds": 5},
        # Requests still come while the endpoint is being taken out everywhere.
        "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        "resources": resources("160Mi", "512Mi"),
        "securityContext": container_security(),
        "volumeMounts": [
            {"name": "secrets", "mountPath": "/etc/todo/secrets", "readOnly": True},
            {"name": "kafka", "mountPath": "/etc/todo/kafka", "readOnly": True},
            {"name": "kafka-ca", "mountPath": "/etc/todo/kafka-ca", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - in the container
        ],
    }


def ports(manifest: Manifest) -> dict[str, int]:
    """The doors of a service by kind."""
    doors = {"grpc": manifest.ports.grpc, "http": manifest.ports.http, "metrics": manifest.ports.metrics}
    return {kind: port for kind, port in doors.items() if port is not None}


def _environment(manifest: Manifest) -> list[Resource]:
    """Without TODO_INSTANCE: a pod that goes has a successor of another name, so it must leave its consumer group, and
    a member with a name of its own (KIP-345) would stay in it until its session ends.
    """
    return [
        {"name": "TODO_SERVICE", "value": manifest.name},
        *({"name": f"TODO_{kind.upper()}_PORT", "value": str(port)} for kind, port in ports(manifest).items()),
    ]


def _environments(manifest: Manifest) -> list[Resource]:
    own = [{"secretRef": {"name": f"{name_of(manifest.name)}-database"}}] if manifest.database else []
    return [{"configMapRef": {"name": SETTINGS}}, *own]


def _waiting(manifest: Manifest, image: str) -> Resource:
    return _on_database(manifest, image, "wait-for-migrations", "wait", f"{name_of(manifest.name)}-database")


def _on_database(manifest: Manifest, image: str, name: str, what: str, secret: str) -> Resource:
    return {
        "name": name,
        "image": image,
        "command": ["python", "-m", "todo_runtime.db", what, f"services/{manifest.name}/migrations"],
        "envFrom": [{"secretRef": {"name": secret}}],
        "resources": resources("64Mi", "128Mi"),
        "securityContext": container_security(),
    }


def resources(request: str, limit: str) -> Resource:
    """Memory has a limit; processor time is shared by requests alone, since a limit would only add latency."""
    return {"requests": {"cpu": "100m", "memory": request}, "limits": {"memory": limit}}


def _spread(name: str, key: str) -> Resource:
    return {
        "maxSkew": 1,
        "topologyKey": key,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": labels(name)},
    }
