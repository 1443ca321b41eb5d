"""What a cluster needs before the services: run by its Jobs, and once by whoever deploys.

python -m todo_stack.cluster secrets [--postgres HOST:PORT]   prints Secrets, new ones each time: keep them
python -m todo_stack.cluster files FOLDER [--postgres …]      the same as files for compose.yaml, made once
python -m todo_stack.cluster databases                        roles and databases, as superuser
python -m todo_stack.cluster topics                           every topic, where no operator makes them
python -m todo_stack.cluster contracts                        every published schema into the registry
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import yaml
from todo_contracts.catalogue import load_catalogue
from todo_contracts.layout import Layout
from todo_contracts.manifest import Manifest, load_manifests
from todo_contracts.problems import ContractError
from todo_contracts.register import register

from todo_stack.paths import CLONE
from todo_stack.provision import login_roles, provision
from todo_stack.secrets import Secrets, ensure
from todo_stack.topics import create_topics

POSTGRES = "postgres-rw:5432"
SUPERUSER_URL, PASSWORDS = "TODO_POSTGRES_URL", "TODO_DATABASE_PASSWORDS"
REGISTRY, KAFKA = "TODO_REGISTRY_URL", "TODO_KAFKA_BOOTSTRAP"
OWNER_URL = "TODO_DATABASE_OWNER_URL"
WITH_STATE = frozenset({"chat-api"})
"""Whose sidecar keeps values in the service's database: the scopes of compose/dapr/resources/state.yaml."""


def main() -> int:
    """Runs one command; 0 when it is done, 1 with one sentence when it can't be."""
    parser = argparse.ArgumentParser(prog="python -m todo_stack.cluster")
    parser.add_argument("what", choices=("secrets", "files", "databases", "topics", "contracts"))
    parser.add_argument("folder", type=Path, nargs="?", default=Path(".compose"))
    parser.add_argument("--postgres", default=POSTGRES, help="where the services find the database, host:port")
    given = parser.parse_args()
    manifests = tuple(load_manifests(Layout(CLONE)).values())
    try:
        if given.what == "secrets":
            print(as_yaml(manifests, given.postgres))
        elif given.what == "files":
            as_files(manifests, given.postgres, given.folder)
        elif given.what == "topics":
            create_topics(os.environ[KAFKA], load_catalogue(Layout(CLONE)).values())
        elif given.what == "databases":
            make_databases(manifests, os.environ)
        else:
            print(register(CLONE, os.environ[REGISTRY]))
    except KeyError as missing:
        return _say(f"{missing.args[0]} is not set.")
    except (ContractError, psycopg.Error) as error:
        return _say(str(error))
    return 0


def make_databases(manifests: Sequence[Manifest], environ: Mapping[str, str]) -> None:
    """Makes every role and database exist. Safe to repeat."""
    server = urlsplit(environ[SUPERUSER_URL])
    passwords = json.loads(environ[PASSWORDS])
    provision(lambda database: urlunsplit(server._replace(path=f"/{database}")), manifests, passwords)


def as_yaml(manifests: Sequence[Manifest], postgres: str) -> str:
    """Secrets for a namespace, with passwords and keys that nobody has seen."""
    with tempfile.TemporaryDirectory() as folder:
        made = ensure(Path(folder), manifests)
        return yaml.safe_dump_all(list(_secrets(manifests, made, postgres)), sort_keys=False)


def as_files(manifests: Sequence[Manifest], postgres: str, folder: Path) -> None:
    """The same secrets as a folder for each service, files of variables, and a file of keys for each sidecar."""
    made = ensure(folder, manifests)
    documents = {one["metadata"]["name"]: one["stringData"] for one in _secrets(manifests, made, postgres)}
    for name, data in documents.items():
        if all(key.startswith("TODO_") for key in data):
            _keep(folder / f"{name}.env", "".join(f"{key}={value}\n" for key, value in data.items()))
    _keep(folder / "postgres-password", documents["postgres-superuser"]["password"])
    for name in (manifest.name.replace("_", "-") for manifest in manifests):
        keys = {name: documents[name]}
        if name in WITH_STATE:
            # A secret of its own: the sidecar makes tables with it, and gives the service only what is the service's.
            keys[f"{name}-state"] = {"database-url": documents[f"{name}-owner"][OWNER_URL]}
        _keep(folder / f"{name}-keys.json", json.dumps(keys, indent=1))


def _keep(file: Path, text: str) -> None:
    """The folder is its owner's alone; the file itself is for whatever user a container has."""
    file.write_text(text)
    file.chmod(0o644)


def _secrets(manifests: Sequence[Manifest], made: Secrets, postgres: str) -> Iterator[dict[str, Any]]:
    administrator = made.passwords["postgres"]
    yield _secret("postgres-superuser", {"username": "postgres", "password": administrator}, "kubernetes.io/basic-auth")
    server = _url("postgres", administrator, postgres, "postgres")
    roles = {role: password for role, password in made.passwords.items() if role != "postgres"}
    yield _secret("postgres-administration", {SUPERUSER_URL: server, PASSWORDS: json.dumps(roles)})
    yield _secret("dapr-api-token", {"token": secrets.token_urlsafe(32)})
    for manifest in manifests:
        yield from _secrets_of(manifest, made, postgres)


def _secrets_of(manifest: Manifest, made: Secrets, postgres: str) -> Iterator[dict[str, Any]]:
    name = manifest.name.replace("_", "-")
    yield _secret(name, {file.name: file.read_text() for file in sorted(made.of(manifest.name).iterdir())})
    urls = {
        "TODO_DATABASE_URL" if role == "app" else f"TODO_DATABASE_{role.upper()}_URL": _url(
            user := f"{manifest.name}_{role}", made.passwords[user], postgres, manifest.name
        )
        for role in login_roles(manifest)
    }
    if OWNER_URL in urls:
        yield _secret(f"{name}-owner", {OWNER_URL: urls.pop(OWNER_URL)})
        yield _secret(f"{name}-database", urls)


def _secret(name: str, data: Mapping[str, str], kind: str = "Opaque") -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": "todo"}
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "stringData": dict(data)}


def _url(user: str, password: str, server: str, database: str) -> str:
    return f"postgresql://{user}:{quote(password, safe='')}@{server}/{database}"


def _say(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
