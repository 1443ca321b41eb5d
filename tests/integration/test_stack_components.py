"""The components on their own: what is provisioned, and that they come back after a kill."""

import os
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from confluent_kafka.admin import AdminClient
from todo_contracts.catalogue import load_catalogue
from todo_contracts.layout import Layout
from todo_stack.environment import database_url
from todo_stack.hosted import HostedStack, private_stack
from todo_stack.paths import CLONE


@pytest.fixture(scope="module")
def durable() -> Iterator[HostedStack]:
    """PostgreSQL as operators run it."""
    with private_stack(components=frozenset({"postgres"})) as running:
        yield running


def _query(url: str, text: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute(text.encode()).fetchall()


def _url(stack: HostedStack, role: str, database: str) -> str:
    return database_url(role, database, stack.blueprint.ports, stack.blueprint.secrets)


def test_every_role_may_connect_to_its_own_database_only(stack: HostedStack) -> None:
    owners = [manifest for manifest in stack.blueprint.manifests if manifest.database]
    for manifest in owners:
        for suffix in ("owner", "app", *manifest.extra_roles):
            role = f"{manifest.name}_{suffix}"
            assert _query(_url(stack, role, manifest.name), "select current_user") == [(role,)]

    first, second = owners[:2]
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(_url(stack, f"{first.name}_app", second.name))


def test_no_role_of_a_service_is_a_superuser(stack: HostedStack) -> None:
    dsn = stack.blueprint.postgres_url()

    found: dict[Any, Any] = dict(
        _query(dsn, "select rolname, rolbypassrls or rolsuper from pg_roles where oid >= 16384")
    )

    assert {role for role, may in found.items() if may} == {role for role in found if str(role).endswith("_access")}


def test_a_wrong_password_is_refused(stack: HostedStack) -> None:
    url = stack.blueprint.postgres_url().replace(stack.blueprint.secrets.passwords["postgres"], "wrong")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_writes_are_durable_unless_told_otherwise(stack: HostedStack, durable: HostedStack) -> None:
    assert _query(durable.blueprint.postgres_url(), "show fsync") == [("on",)]
    assert _query(stack.blueprint.postgres_url(), "show fsync") == [("off",)]
    for each in (stack, durable):
        assert _query(each.blueprint.postgres_url(), "show synchronous_commit") == [("on",)]


def test_the_extensions_are_there(stack: HostedStack) -> None:
    dsn = stack.blueprint.postgres_url()
    wanted = {"pg_trgm", "unaccent", "btree_gin", "pgcrypto"}
    assert wanted <= {row[0] for row in _query(dsn, "select name from pg_available_extensions")}


def test_databases_know_every_letter_though_the_cluster_does_not(stack: HostedStack) -> None:
    assert _query(stack.blueprint.postgres_url(), "select lower('МОЛОКО')") == [("МОЛОКО",)]
    for manifest in stack.blueprint.manifests:
        if manifest.database:
            url = stack.blueprint.postgres_url(manifest.name)
            assert _query(url, "select lower('МОЛОКО'), 'МОЛОКО' ilike 'молоко'") == [("молоко", True)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to drop privileges")
def test_postgres_does_not_run_as_root(stack: HostedStack) -> None:
    assert os.stat(f"/proc/{stack.pid('postgres')}").st_uid != 0  # noqa: PTH116 (not a path of ours)


def test_the_catalogue_is_on_the_broker(stack: HostedStack) -> None:
    admin = AdminClient({"bootstrap.servers": stack.blueprint.kafka_bootstrap})

    topics = admin.list_topics(timeout=10).topics

    for topic in load_catalogue(Layout(CLONE)).values():
        assert len(topics[topic.name].partitions) == topic.partitions


def test_the_catalogue_is_in_the_registry(stack: HostedStack) -> None:
    subjects = httpx.get(f"{stack.blueprint.registry_url}/subjects").json()

    wanted = {topic.subject(record) for topic in load_catalogue(Layout(CLONE)).values() for record in topic.records}
    assert wanted
    assert wanted <= set(subjects)
    assert httpx.get(f"{stack.blueprint.registry_url}/config").json() == {"compatibilityLevel": "FULL_TRANSITIVE"}


def test_a_killed_database_has_everything_that_was_committed(durable: HostedStack) -> None:
    url = durable.blueprint.postgres_url()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 7 as number")

    durable.kill("postgres")
    durable.ready("postgres")

    assert _query(url, "select number from kept") == [(7,)]


@pytest.mark.parametrize("name", ["postgres", "kafka", "registry"])
def test_a_killed_component_comes_back_with_its_data(stack: HostedStack, name: str) -> None:
    before = stack.pid(name)
    subjects = httpx.get(f"{stack.blueprint.registry_url}/subjects").json()

    stack.kill(name)
    stack.ready(name)

    assert stack.pid(name) != before
    assert _query(stack.blueprint.postgres_url(), "select 1") == [(1,)]
    assert AdminClient({"bootstrap.servers": stack.blueprint.kafka_bootstrap}).list_topics(timeout=10).brokers
    assert httpx.get(f"{stack.blueprint.registry_url}/subjects").json() == subjects


def test_a_halted_component_stays_away_until_it_is_resumed(stack: HostedStack) -> None:
    stack.halt("registry")
    with pytest.raises(httpx.ConnectError):
        httpx.get(stack.blueprint.registry_url)

    stack.resume("registry")

    assert httpx.get(f"{stack.blueprint.registry_url}/subjects").status_code == 200
