"""The types of others that the manifests use: Strimzi, Dapr, CloudNativePG, KEDA, Gateway API, Prometheus operator.

Their own definitions at the pinned versions: out of their Go modules, checked by go.sum, and for Strimzi, which has
none, written by its own generator from Maven.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from jgo.maven import MavenContext, PythonResolver
from todo_stack.components.java import classpath, java
from todo_stack.paths import CLONE, cache_dir

STRIMZI = "1.2.0"
_MODULES = CLONE / "ci/kubernetes/definitions"
_FOLDERS = {
    "github.com/cloudnative-pg/cloudnative-pg": "config/crd/bases",
    "github.com/dapr/dapr": "charts/dapr/crds",
    "github.com/kedacore/keda/v2": "config/crd/bases",
    "github.com/prometheus-operator/prometheus-operator": "example/prometheus-operator-crd",
    "sigs.k8s.io/gateway-api": "config/crd/standard",
}
_STRIMZI_TYPES = ("kafka.Kafka", "nodepool.KafkaNodePool", "topic.KafkaTopic", "user.KafkaUser")


def definitions() -> list[Path]:
    """Files of CustomResourceDefinitions; fetched once."""
    return [*_from_modules(), *_from_strimzi()]


def _from_modules() -> Iterator[Path]:
    for module, folder in _FOLDERS.items():
        command = ["go", "mod", "download", "-json", module]
        done = subprocess.run(command, cwd=_MODULES, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            raise RuntimeError(f"{module} can't be fetched: {done.stdout}{done.stderr}")
        yield from sorted(Path(json.loads(done.stdout)["Dir"], folder).glob("*.yaml"))


def _from_strimzi() -> list[Path]:
    folder = cache_dir() / "kubernetes" / f"strimzi-{STRIMZI}"
    files = {kind: folder / f"{kind}.yaml" for kind in _STRIMZI_TYPES}
    missing = {kind: file for kind, file in files.items() if not file.exists()}
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        jars = _jars(folder / "maven")
        for kind, file in missing.items():
            _generate(jars, kind, file)
    return list(files.values())


def _jars(cache: Path) -> list[Path]:
    maven = MavenContext(resolver=PythonResolver(), repo_cache=cache, timeout=60)
    jars: dict[Path, None] = {}
    for name in ("crd-generator", "api"):
        wanted = maven.create_dependency(f"io.strimzi:{name}:{STRIMZI}")
        _, nodes = maven.resolver.get_dependency_list([wanted])
        jars |= dict.fromkeys(one.resolve() for one in [wanted.artifact, *(node.dep.artifact for node in nodes)])
    return list(jars)


def _generate(jars: list[Path], kind: str, file: Path) -> None:
    generator = "io.strimzi.crdgenerator.CrdGenerator"
    target = f"io.strimzi.api.kafka.model.{kind}={file.with_suffix('.part')}"
    command = java("-cp", classpath(jars), generator, "--yaml", target, heap_mb=256)
    subprocess.run(command, stdout=sys.stderr, timeout=120, check=True)
    file.with_suffix(".part").rename(file)


if __name__ == "__main__":
    sys.stdout.write(f"{len(definitions())} files of definitions are there.\n")
