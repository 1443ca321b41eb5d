"""What a service is told on the local stack."""

from pathlib import Path

from todo_contracts.manifest import Manifest
from todo_runtime.config import Settings
from todo_stack.environment import public_addresses, service_environment
from todo_stack.ports import assign
from todo_stack.secrets import ensure


def test_the_runtime_can_read_it(tmp_path: Path, gateway: Manifest, worker: Manifest) -> None:
    everybody = [gateway, worker]
    secrets = ensure(tmp_path, everybody)

    environment = service_environment(gateway, everybody, assign(everybody, environ={}), secrets, environ={})
    settings = Settings.from_environment(environment)

    assert settings.service == "front"
    assert (settings.grpc_port, settings.metrics_port, settings.http_port) == (50051, 9101, 8080)
    assert settings.targets == {"front": "127.0.0.1:50051", "back": "127.0.0.1:50052"}
    assert set(settings.databases) == {"app", "relay"}
    assert settings.databases["relay"].startswith("postgresql://front_relay:")
    assert settings.secrets_dir == tmp_path / "front"
    assert settings.public_http_url == "http://127.0.0.1:8080"
    assert settings.environment == "local"


def test_a_service_without_a_database_gets_no_url(tmp_path: Path, worker: Manifest) -> None:
    ports = assign([worker], environ={})

    environment = service_environment(worker, [worker], ports, ensure(tmp_path, [worker]), environ={})

    assert not [name for name in environment if "DATABASE" in name]


def test_log_settings_of_the_shell_are_passed_on(tmp_path: Path, worker: Manifest) -> None:
    ports, secrets = assign([worker], environ={}), ensure(tmp_path, [worker])
    shell = {"TODO_LOG_LEVEL": "debug", "TODO_DATABASE_URL": "postgresql://elsewhere/"}

    environment = service_environment(worker, [worker], ports, secrets, environ=shell)

    assert environment["TODO_LOG_LEVEL"] == "debug"
    assert "TODO_DATABASE_URL" not in environment


def test_only_the_gateway_is_the_public_door(gateway: Manifest, worker: Manifest) -> None:
    ports = assign([gateway, worker], offset=10, environ={})

    assert public_addresses([worker, gateway], ports) == {"TODO_PUBLIC_HTTP_URL": "http://127.0.0.1:8090"}
