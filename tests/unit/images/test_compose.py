"""compose.yaml against what the services ask for: every variable, door and file that it names is one that there is."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_runtime.config import Settings
from todo_stack.cluster import as_files
from todo_stack.paths import CLONE

COMPOSE: dict[str, Any] = yaml.safe_load((CLONE / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
MANIFESTS = load_manifests(Layout(CLONE))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python -m todo_stack.cluster files .compose` makes."""
    folder = tmp_path_factory.mktemp("compose") / ".compose"
    as_files(tuple(MANIFESTS.values()), "postgres:5432", folder)
    return folder


def variables(one: dict[str, Any], files: Path) -> dict[str, str]:
    found = {key: str(value) for key, value in one.get("environment", {}).items()}
    if "env_file" in one:
        lines = (files.parent / one["env_file"]).read_text().splitlines()
        found |= {key: value for key, _, value in (line.partition("=") for line in lines)}
    return found


@pytest.mark.parametrize("service", MANIFESTS)
def test_a_service_is_told_all_that_it_needs(files: Path, service: str) -> None:
    manifest = MANIFESTS[service]
    given = variables(SERVICES[service.replace("_", "-")], files)
    required = [f"TODO_TARGET_{name.upper()}" for name in (*manifest.gateway_to, "chat_api")]
    if manifest.database:
        required += ["TODO_DATABASE_URL", *(f"TODO_DATABASE_{role.upper()}_URL" for role in manifest.extra_roles)]
    settings = Settings.from_environment(given, required)
    doors = manifest.ports
    assert (settings.service, settings.grpc_port, settings.metrics_port) == (service, doors.grpc, doors.metrics)
    assert settings.http_port == doors.http
    assert settings.dapr is not None
    for name, address in settings.targets.items():
        assert address == f"{name.replace('_', '-')}:{MANIFESTS[name].ports.grpc}"


def test_whatever_waits_waits_for_something_that_is_there() -> None:
    for name, one in SERVICES.items():
        waits = one.get("depends_on", {})
        assert set(waits) <= SERVICES.keys(), name
        for other, how in waits.items() if isinstance(waits, dict) else ():
            asked = how["condition"]
            assert asked != "service_healthy" or "healthcheck" in SERVICES[other], (name, other)
            assert asked != "service_completed_successfully" or "command" in SERVICES[other], (name, other)


@pytest.mark.parametrize("service", MANIFESTS)
def test_ours_have_no_rights_and_a_sidecar_each(files: Path, service: str) -> None:
    name = service.replace("_", "-")
    one, sidecar = SERVICES[name], SERVICES[f"{name}-sidecar"]
    assert one["read_only"]
    assert one["cap_drop"] == ["ALL"]
    assert sidecar["network_mode"] == f"service:{name}"
    assert sidecar["command"][sidecar["command"].index("-app-id") + 1] == name
    assert (CLONE / "compose" / f"dapr/{name}.yaml").exists()
    assert name in yaml.safe_load((files / "secrets.json").read_text())


def test_every_image_is_pinned() -> None:
    for name, one in SERVICES.items():
        assert one["image"].rpartition(":")[2][0].isdigit(), name
