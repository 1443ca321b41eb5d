"""Databases and roles, from the manifests: created or brought up to date on every start, as superuser.

Per service with a database: the database, `<name>_owner` (runs migrations), `<name>_app`, `<name>_<extra>`,
and `<name>_access` (no login, bypasses row level security, owns the membership look-ups; the owner may
act as it). Nobody else may connect.
"""

from collections.abc import Callable, Mapping, Sequence

import psycopg
from psycopg import sql
from todo_contracts.manifest import Manifest

Dsn = Callable[[str], str]

# Whatever the cluster's own locale is: an operator's may be C, which knows the case of ASCII alone, and those of the
# operating system sort differently from one release to the next, under indexes that were built before.
_LOCALE = sql.SQL("template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8'")


def login_roles(manifest: Manifest) -> tuple[str, ...]:
    """The roles that log in to the service's database, without the service's name before them."""
    return ("owner", "app", *manifest.extra_roles) if manifest.database else ()


def provision(dsn: Dsn, manifests: Sequence[Manifest], passwords: Mapping[str, str]) -> None:
    """Make every role and database of the manifests exist. Safe to repeat.

    `dsn` gives a superuser's connection URL for a database, `passwords` the password of each login role.
    """
    owners = [manifest for manifest in manifests if manifest.database]
    with psycopg.connect(dsn("postgres")) as connection:
        for manifest in owners:
            _roles(connection, manifest, passwords)
    with psycopg.connect(dsn("postgres"), autocommit=True) as connection:
        for manifest in owners:
            _database(connection, manifest)
    for manifest in owners:
        with psycopg.connect(dsn(manifest.name)) as connection:
            _grants(connection, manifest)


def _roles(connection: psycopg.Connection, manifest: Manifest, passwords: Mapping[str, str]) -> None:
    for suffix in login_roles(manifest):
        role = f"{manifest.name}_{suffix}"
        _create_role(connection, role)
        connection.execute(sql.SQL("alter role {} login password {}").format(sql.Identifier(role), passwords[role]))
    access = f"{manifest.name}_access"
    _create_role(connection, access)
    connection.execute(sql.SQL("alter role {} nologin bypassrls").format(sql.Identifier(access)))
    owner = sql.Identifier(f"{manifest.name}_owner")
    connection.execute(sql.SQL("grant {} to {}").format(sql.Identifier(access), owner))


def _create_role(connection: psycopg.Connection, role: str) -> None:
    if not connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("create role {}").format(sql.Identifier(role)))


def _database(connection: psycopg.Connection, manifest: Manifest) -> None:
    if connection.execute("select 1 from pg_database where datname = %s", [manifest.name]).fetchone():
        return
    name, owner = sql.Identifier(manifest.name), sql.Identifier(f"{manifest.name}_owner")
    connection.execute(sql.SQL("create database {} owner {} {}").format(name, owner, _LOCALE))


def _grants(connection: psycopg.Connection, manifest: Manifest) -> None:
    access, roles = sql.Identifier(f"{manifest.name}_access"), _login_roles(manifest)
    allow_connections(connection, manifest, manifest.name)
    connection.execute(sql.SQL("grant create, usage on schema public to {}").format(access))
    connection.execute(sql.SQL("grant usage on schema public to {}").format(roles))


def allow_connections(connection: psycopg.Connection, manifest: Manifest, database: str) -> None:
    """Let the service's roles, and nobody else, connect to the database."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    connection.execute(sql.SQL("grant connect on database {} to {}").format(name, _login_roles(manifest)))


def _login_roles(manifest: Manifest) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(f"{manifest.name}_{role}") for role in login_roles(manifest))
