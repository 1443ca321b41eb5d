"""Makes the services' databases usable: roles, databases, migrations; and copies of them for tests."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql
from todo_contracts.manifest import Manifest
from todo_runtime.db import migrations

from todo_stack.blueprint import Blueprint
from todo_stack.environment import database_url
from todo_stack.errors import StackError
from todo_stack.provision import allow_connections, provision


@dataclass(frozen=True)
class ServiceDatabase:
    """A copy of a service's migrated database, with the service's own roles."""

    service: str
    name: str
    blueprint: Blueprint

    def url(self, role: str = "app") -> str:
        """The connection URL of one of the service's login roles (owner, app, an extra role)."""
        plan = self.blueprint
        return database_url(f"{self.service}_{role}", self.name, plan.ports, plan.secrets)


def prepare_databases(plan: Blueprint) -> None:
    """Provision every database, then migrate those of the services that will run (blocking)."""
    provision(plan.postgres_url, plan.manifests, plan.secrets.passwords)
    running = {service.name for service in plan.services}
    owners = [manifest for manifest in plan.manifests if manifest.database and manifest.name in running]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda manifest: migrate(plan, manifest), owners))


def migrate(plan: Blueprint, manifest: Manifest) -> list[str]:
    """Apply what is missing of the service's migrations; their names. Raises StackError."""
    folder = plan.config.root / "services" / manifest.name / "migrations"
    url = database_url(f"{manifest.name}_owner", manifest.name, plan.ports, plan.secrets)
    try:
        return migrations.apply(url, folder)
    except (migrations.MigrationError, psycopg.Error) as error:
        raise StackError(f"The database of {manifest.name} can't be migrated: {error}") from error


@contextmanager
def copied_database(plan: Blueprint, service: str) -> Iterator[ServiceDatabase]:
    """A fresh copy of the service's migrated database, dropped afterwards.

    The service itself must not run on this stack: PostgreSQL copies only databases that nobody uses.
    """
    manifest = next(manifest for manifest in plan.manifests if manifest.name == service)
    name = f"{service}_{secrets.token_hex(4)}"
    names = {"copy": sql.Identifier(name), "original": sql.Identifier(service)}
    owner = sql.Identifier(f"{service}_owner")
    with psycopg.connect(plan.postgres_url(), autocommit=True) as connection:
        create = sql.SQL("create database {copy} template {original} owner {owner} strategy file_copy")
        connection.execute(create.format(**names, owner=owner))
        allow_connections(connection, manifest, name)
    try:
        yield ServiceDatabase(service, name, plan)
    finally:
        with psycopg.connect(plan.postgres_url(), autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {copy} with (force)").format(**names))
