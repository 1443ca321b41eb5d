"""Deploying to each cloud and removing it again, with stand-ins of the clouds' tools that check every argument."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.scripts import stand_in

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
CLOUDS = {
    "minikube": {},
    "gke": {"PROJECT": "acme", "REGION": "europe-west3"},
    "aks": {"LOCATION": "germanywestcentral", "REGISTRY": "acme"},
    "oke": {"COMPARTMENT": "ocid.compartment", "REGION": "eu-frankfurt-1", "REGISTRY": "fra.ocir.io/acme/todo"}
    | {"IMAGE": "ocid.image"},
}
TOOLS = sorted({name.split()[0] for name in stand_in.COMMANDS})


@dataclass(frozen=True)
class Cloud:
    """A cloud of stand-ins."""

    name: str
    folder: Path

    def run(self, what: str, *arguments: str, path: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": path or f"{self.folder / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "TODO_STAND_INS": str(self.folder),
            "TAG": "1.4.0",
            "PYTHON": "python",
            **CLOUDS[self.name],
            **more,
        }
        script = [str(SCRIPTS / f"{what}-{self.name}.sh"), *arguments]
        return subprocess.run(script, env=environment, capture_output=True, text=True, timeout=60, check=False)

    def calls(self) -> list[list[str]]:
        """The calls since the last look."""
        path = self.folder / "calls.jsonl"
        found = [json.loads(line) for line in path.read_text().splitlines()]
        path.write_text("")
        return found

    def left(self) -> list[str]:
        return sorted(thing.name for thing in (self.folder / "things").iterdir())


@pytest.fixture(params=sorted(CLOUDS))
def cloud(request: pytest.FixtureRequest, tmp_path: Path) -> Cloud:
    (tmp_path / "bin").mkdir()
    (tmp_path / "things").mkdir()
    for name in ("calls.jsonl", "failing"):
        (tmp_path / name).touch()
    for tool in TOOLS:
        program = tmp_path / "bin" / tool
        program.write_text(f"#!{sys.executable}\n{Path(stand_in.__file__).read_text()}")
        program.chmod(0o755)
    return Cloud(request.param, tmp_path)


def test_deploying_takes_every_step_and_ends_with_the_verification(cloud: Cloud) -> None:
    done = cloud.run("deploy")
    assert done.returncode == 0, done.stderr
    calls = cloud.calls()
    programs = [call[0] for call in calls]
    assert programs.index("helm") < programs.index("kubectl", programs.index("helm"))
    assert calls[-1][:2] == ["python3", str(SCRIPTS / "verify-system.py")]
    rolled = [call[3] for call in calls if call[:2] == ["kubectl", "rollout"]]
    assert rolled == [f"deployment/{name}" for name in ("chat-api", "notification", "recurring-task", "audit", "sync")]
    applied = (cloud.folder / "applied.yaml").read_text()
    assert "image: todo/" not in applied
    assert applied.count(":1.4.0") == 2
    steps = [" ".join(call[:3]) for call in calls]
    assert steps.index("python -m todo_stack.cluster") < steps.index("kubectl delete job")
    assert steps.index("kubectl delete job") < steps.index("kubectl wait kafka/todo")


def test_deploying_again_creates_nothing(cloud: Cloud) -> None:
    assert cloud.run("deploy").returncode == 0
    before = cloud.left()
    cloud.calls()
    assert cloud.run("deploy").returncode == 0
    made = [call for call in cloud.calls() if "create" in call and call[:3] != ["az", "group", "create"]]
    assert made == []
    assert cloud.left() == before


def test_destroying_leaves_nothing_and_does_nothing_twice(cloud: Cloud) -> None:
    cloud.run("deploy")
    assert cloud.run("destroy").returncode == 0
    assert [thing for thing in cloud.left() if not thing.startswith(("acr", "aks", "pool", "secrets"))] == []
    cloud.calls()
    again = cloud.run("destroy")
    assert again.returncode == 0, again.stderr
    removed = [call for call in cloud.calls() if "delete" in call and call[0] != "minikube"]
    assert removed == []


def test_a_dry_run_shows_the_commands_and_calls_nothing(cloud: Cloud) -> None:
    for what in ("deploy", "destroy"):
        done = cloud.run(what, "--dry-run")
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) >= 1
    assert [call for call in cloud.calls() if call[0] != "python3"] == []


def test_a_step_that_fails_ends_it_there(cloud: Cloud) -> None:
    (cloud.folder / "failing").write_text("kubectl wait job")
    done = cloud.run("deploy")
    assert done.returncode != 0
    calls = cloud.calls()
    assert calls[-1][:3] == ["kubectl", "wait", "job"]


def test_what_is_missing_is_named_at_once(cloud: Cloud, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for tool in ("bash", "env", "dirname", "git"):
        (bare / tool).symlink_to(f"/usr/bin/{tool}" if Path(f"/usr/bin/{tool}").exists() else f"/bin/{tool}")
    done = cloud.run("deploy", path=str(bare))
    assert done.returncode == 1
    assert "kubectl" in done.stderr
    assert "helm" in done.stderr


def test_settings_that_are_missing_are_named_at_once(cloud: Cloud) -> None:
    done = cloud.run("deploy", **dict.fromkeys(CLOUDS[cloud.name], ""))
    if CLOUDS[cloud.name]:
        assert done.returncode == 2
    assert all(name in done.stderr for name in CLOUDS[cloud.name])


def test_an_option_that_is_none_is_refused(cloud: Cloud) -> None:
    for what in ("deploy", "destroy"):
        done = cloud.run(what, "--dryrun")
        assert done.returncode == 2
        assert "--dryrun is no option" in done.stderr


@pytest.mark.parametrize(
    "call",
    [
        ["helm", "upgrade", "x", "y", "--version", "1", "--namespace", "z", "--instal"],
        ["helm", "upgrade", "x", "y", "--version", "1"],
        ["az", "aks", "create", "--name"],
        ["kubectl", "aply"],
        ["docker", "push", "a", "b"],
    ],
)
def test_a_stand_in_refuses_what_the_tool_would_not_take(cloud: Cloud, call: list[str]) -> None:
    environment = {**os.environ, "TODO_STAND_INS": str(cloud.folder)}
    done = subprocess.run([str(cloud.folder / "bin" / call[0]), *call[1:]], env=environment, check=False)
    assert done.returncode == stand_in.WRONG
