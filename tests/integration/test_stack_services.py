"""Services under the supervisor: whatever has a manifest is provisioned, migrated, started and kept running."""

import json
import textwrap
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from todo_stack.errors import StackError
from todo_stack.hosted import HostedStack, private_stack

pytestmark = pytest.mark.own_stack

_MANIFEST = """
name: {name}
summary: A service for a test
serves: []
calls: {{}}
database: {database}
extra_roles: [{roles}]
ports: {{grpc: {port}, metrics: {metrics}}}
"""

# Answers its probe with what it was told, as long as its database can be used.
_MAIN = """
import http.server, json, os
import psycopg

class Probe(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if "TODO_DATABASE_URL" in os.environ:
            with psycopg.connect(os.environ["TODO_DATABASE_URL"]) as connection:
                connection.execute("insert into visits default values")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(os.environ)).encode())

port = int(os.environ["TODO_METRICS_PORT"])
print("listening", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", port), Probe).serve_forever()
"""

_MIGRATION = "create table visits (at timestamptz default now());\ngrant insert on visits to first_app;\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with two services, one of them with a database."""
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "__init__.py").touch()
    _service(tmp_path, "first", database="true", roles="relay", port=50051, metrics=9101)
    _service(tmp_path, "second", database="false", roles="", port=50052, metrics=9102)
    migrations = tmp_path / "services" / "first" / "migrations"
    migrations.mkdir()
    (migrations / "0001_visits.sql").write_text(_MIGRATION)
    return tmp_path


def _service(root: Path, name: str, **values: object) -> None:
    folder = root / "services" / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "service.yaml").write_text(_MANIFEST.format(name=name, **values))
    (folder / "main.py").write_text(textwrap.dedent(_MAIN))


@pytest.fixture
def running(clone: Path) -> Iterator[HostedStack]:
    with private_stack(root=clone, components=frozenset({"postgres"}), services=None) as stack:
        yield stack


def _told(stack: HostedStack, service: str) -> dict[str, Any]:
    port = stack.blueprint.ports[f"{service}_metrics"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
        content: dict[str, Any] = json.loads(answer.read())
        return content


def test_services_are_migrated_told_what_they_need_and_restarted(running: HostedStack) -> None:
    first, second = _told(running, "first"), _told(running, "second")
    assert first["TODO_SERVICE"] == "first"
    assert first["TODO_TARGET_SECOND"] == second["TODO_TARGET_SECOND"]
    assert "TODO_DATABASE_URL" not in second
    with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(first["TODO_DATABASE_RELAY_URL"]) as c:
        c.execute("select * from visits")

    before = running.pid("first")
    running.kill("first")
    running.ready("first")

    assert running.pid("first") != before
    assert _told(running, "first")["TODO_SERVICE"] == "first"


def test_a_halted_database_does_not_end_the_services(running: HostedStack) -> None:
    running.halt("postgres")
    assert _told(running, "second")["TODO_SERVICE"] == "second"

    running.resume("postgres")

    assert _told(running, "first")["TODO_SERVICE"] == "first"


def test_a_service_that_can_not_start_is_named_with_its_last_words(clone: Path) -> None:
    (clone / "services" / "second" / "main.py").write_text("raise SystemExit('TODO_SOMETHING is missing')")

    with (
        pytest.raises(StackError, match=r"service second ended while it started.*\n.*TODO_SOMETHING is missing"),
        private_stack(root=clone, components=frozenset({"postgres"}), services=None),
    ):
        pytest.fail("it must not start")


def test_a_migration_that_fails_is_named(clone: Path) -> None:
    (clone / "services" / "first" / "migrations" / "0002_more.sql").write_text("create tabel x();")

    with (
        pytest.raises(StackError, match=r"The database of first can't be migrated: syntax error"),
        private_stack(root=clone, components=frozenset({"postgres"}), services=None),
    ):
        pytest.fail("it must not start")
