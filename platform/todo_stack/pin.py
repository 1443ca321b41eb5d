"""Writes `maven.lock.json`: resolves the components' coordinates with jgo and records size and SHA-256.

Run as `python -m todo_stack.pin` (part of `make lock`) after a version below is changed. Every file is
checked against the repository's own checksum before it is pinned.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from jgo.maven import MavenContext, PythonResolver
from jgo.util import http

from todo_stack.artifacts import LOCK_FILE

POSTGRES_VERSION = "18.4.0"
KAFKA_VERSION = "4.4.0"
LOG4J_VERSION = "2.25.5"
REGISTRY_VERSION = "3.3.3"
PLATFORMS = ("linux-amd64", "linux-arm64v8", "darwin-amd64", "darwin-arm64v8")


class ChecksumError(Exception):
    """A downloaded file differs from the repository's own checksum."""


def main() -> None:
    """Resolve, download into a temporary folder, and write the lock file."""
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(resolver=PythonResolver(), repo_cache=Path(folder), timeout=60)
        lock = {
            "kafka": {"version": KAFKA_VERSION, "artifacts": _pin_all(context, _kafka(context))},
            "postgres": {"version": POSTGRES_VERSION, "artifacts": _postgres(context)},
            "registry": {"version": REGISTRY_VERSION, "artifacts": [_pin(context, _registry(context))]},
        }
    LOCK_FILE.write_text(json.dumps(lock, indent=1) + "\n", encoding="utf-8")


def _kafka(context: MavenContext) -> list[Path]:
    """Kafka with its dependencies; the logging binding is resolved singly, without its own."""
    kafka = context.create_dependency(f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}")
    _, nodes = context.resolver.get_dependency_list([kafka])
    jars = [kafka.artifact, *(node.dep.artifact for node in nodes)]
    logging = context.project("org.apache.logging.log4j", "log4j-slf4j-impl").at_version(LOG4J_VERSION)
    return [jar.resolve() for jar in [*jars, logging.artifact()]]


def _postgres(context: MavenContext) -> dict[str, dict[str, str | int]]:
    group = "io.zonky.test.postgres"
    names = {key: f"embedded-postgres-binaries-{key}" for key in PLATFORMS}
    jars = {
        key: context.project(group, name).at_version(POSTGRES_VERSION).artifact().resolve()
        for key, name in names.items()
    }
    return {key: _pin(context, jar) for key, jar in jars.items()}


def _registry(context: MavenContext) -> Path:
    app = context.project("io.apicurio", "apicurio-registry-app").at_version(REGISTRY_VERSION)
    path: Path = app.artifact(classifier="all", packaging="tar.gz").resolve()
    return path


def _pin_all(context: MavenContext, files: Iterable[Path]) -> list[dict[str, str | int]]:
    return sorted((_pin(context, file) for file in files), key=lambda entry: str(entry["path"]))


def _pin(context: MavenContext, file: Path) -> dict[str, str | int]:
    path = file.relative_to(context.repo_cache).as_posix()
    content = file.read_bytes()
    _check(context, path, content)
    return {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _check(context: MavenContext, path: str, content: bytes) -> None:
    """Compare with the repository's `.sha1` file: jgo itself only warns about a difference."""
    base = next(iter(context.remote_repos.values()))
    published = http.get(f"{base}/{path}.sha1", timeout=context.timeout).text.split()[0]
    if hashlib.sha1(content, usedforsecurity=False).hexdigest() != published:
        raise ChecksumError(f"{path} differs from its published checksum; delete it and resolve again")


if __name__ == "__main__":
    main()
