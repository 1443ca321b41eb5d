"""compose.yaml against what the services ask for: every variable, door and file that it names is one that there is."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from todo_contracts.layout import Layout
from todo_contracts.manifest import load_manifests
from todo_runtime.config import Settings
from todo_stack.cluster import WITH_STATE, as_files
from todo_stack.paths import CLONE

COMPOSE: dict[str, Any] = yaml.safe_load((CLONE / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
MANIFESTS = load_manifests(Layout(CLONE))


def document(file: str) -> dict[str, Any]:
    """One of the documents that the sidecars read."""
    found: dict[str, Any] = yaml.safe_load((CLONE / "compose" / "dapr" / file).read_text())
    return found


def settings_of(component: dict[str, Any]) -> dict[str, Any]:
    """A component's settings by name: the value, or where the value is."""
    return {one["name"]: one.get("value", one.get("secretKeyRef")) for one in component["spec"]["metadata"]}


SECRETSTORE = settings_of(document("resources/secrets.yaml"))


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
    for locked in (one, sidecar):
        assert locked["read_only"]
        assert locked["cap_drop"] == ["ALL"]
    assert sidecar["network_mode"] == f"service:{name}"
    assert sidecar["command"][sidecar["command"].index("-app-id") + 1] == name
    assert (CLONE / "compose" / f"dapr/{name}.yaml").exists()
    own = {name, f"{name}-state"} if name in WITH_STATE else {name}
    (given,) = sidecar["secrets"]
    assert SECRETSTORE["secretsFile"] == f"/run/secrets/{given['target']}"
    assert set(json.loads(secret_file(files, given["source"]).read_text())) == own
    assert allowed_secrets(name) == [name]


def secret_file(files: Path, name: str) -> Path:
    """Where a secret of compose.yaml comes from, among the files that were made."""
    return files.parent / str(COMPOSE["secrets"][name]["file"])


def allowed_secrets(name: str) -> list[str]:
    (scope,) = document(f"{name}.yaml")["spec"]["secrets"]["scopes"]
    assert scope["defaultAccess"] == "deny"
    found: list[str] = scope["allowedSecrets"]
    return found


def test_every_secret_is_made_and_given_to_somebody(files: Path) -> None:
    given = [
        one if isinstance(one, str) else one["source"] for each in SERVICES.values() for one in each.get("secrets", ())
    ]
    assert sorted(given) == sorted(COMPOSE["secrets"])
    for name in given:
        assert secret_file(files, name).read_text()


def test_the_state_is_kept_as_the_owner_of_tables_and_by_whom_it_is_for(files: Path) -> None:
    state = document("resources/state.yaml")
    assert set(state["scopes"]) == WITH_STATE
    for name in WITH_STATE:
        reference = settings_of(state)["connectionString"]
        url = json.loads(secret_file(files, f"{name}-keys").read_text())[reference["name"]][reference["key"]]
        assert url.startswith(f"postgresql://{name.replace('-', '_')}_owner:")
        # The service itself must not be able to ask for it.
        assert reference["name"] not in allowed_secrets(name)


def test_what_must_last_is_in_a_volume() -> None:
    kafka, postgres = SERVICES["kafka"], SERVICES["postgres"]
    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]
    assert COMPOSE["volumes"].keys() == {"kafka", "postgres"}


def test_the_database_counts_as_there_once_it_listens_to_others() -> None:
    test = SERVICES["postgres"]["healthcheck"]["test"]
    assert test[test.index("--host") + 1] == "127.0.0.1"


def test_every_image_is_pinned() -> None:
    for name, one in SERVICES.items():
        assert one["image"].rpartition(":")[2][0].isdigit(), name
