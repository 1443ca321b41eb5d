"""Deploying to each cloud and removing it again, with stand-ins of the clouds' tools that check every argument."""

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from todo_kube.check import OF_OTHERS, OVERLAYS
from todo_kube.render import render
from todo_stack.paths import CLONE

from tests.kube.cluster.definitions import STRIMZI
from tests.unit.scripts import stand_in

SCRIPTS = CLONE / "scripts"
CHARTS = {
    "dapr.io": "dapr",
    "gateway.networking.k8s.io": "envoy-gateway",
    "kafka.strimzi.io": "strimzi-cluster-operator",
    "keda.sh": "keda",
    "monitoring.coreos.com": "kube-prometheus-stack",
    "postgresql.cnpg.io": "cloudnative-pg",
}
"""The release that brings the types of a group."""
CLOUDS = {
    "minikube": {},
    "gke": {"PROJECT": "acme", "REGION": "europe-west3"},
    "aks": {"LOCATION": "germanywestcentral", "REGISTRY": "acme"},
    "oke": {"COMPARTMENT": "ocid.compartment", "REGION": "eu-frankfurt-1", "REGISTRY": "fra.ocir.io/acme/todo"}
    | {"IMAGE": "ocid.image"},
}
TOOLS = sorted({name.split()[0] for name in stand_in.COMMANDS})

# There are hundreds of calls: each starts without the packages of the environment, and the module is compiled once.
PROGRAM = f"""#!{sys.executable} -SE
import sys
sys.path.insert(0, {str(Path(stand_in.__file__).parent)!r})
import stand_in
stand_in.run()
"""


@dataclass(frozen=True)
class Cloud:
    """A cloud of stand-ins."""

    name: str
    folder: Path

    def run(
        self, what: str, *arguments: str, path: str = "", stdin: int = subprocess.DEVNULL, **more: str
    ) -> subprocess.CompletedProcess[str]:
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
        done = subprocess.run(
            script, env=environment, stdin=stdin, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode != stand_in.WRONG, done.stderr
        return done

    def calls(self) -> list[list[str]]:
        """The calls since the last look."""
        path = self.folder / "calls.jsonl"
        found = [json.loads(line) for line in path.read_text().splitlines()]
        path.write_text("")
        return found

    def left(self) -> list[str]:
        return sorted(thing.name for thing in (self.folder / "things").iterdir())


def of_stand_ins(name: str, folder: Path) -> Cloud:
    for part in ("bin", "things"):
        (folder / part).mkdir()
    for part in ("calls.jsonl", "failing"):
        (folder / part).touch()
    for tool in TOOLS:
        program = folder / "bin" / tool
        program.write_text(PROGRAM)
        program.chmod(0o755)
    return Cloud(name, folder)


@pytest.fixture(params=sorted(CLOUDS))
def cloud(request: pytest.FixtureRequest, tmp_path: Path) -> Cloud:
    """One in which nothing was done yet."""
    return of_stand_ins(request.param, tmp_path)


@dataclass(frozen=True)
class Deployed:
    """What deploying to a cloud once did."""

    name: str
    calls: list[list[str]]
    applied: str

    @property
    def releases(self) -> dict[str, list[str]]:
        """The arguments of each chart that was installed, by the name of its release."""
        return {call[3]: call for call in self.calls if call[:3] == ["helm", "upgrade", "--install"]}


@pytest.fixture(scope="module", params=sorted(CLOUDS))
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Deployed once, to be looked at."""
    cloud = of_stand_ins(request.param, tmp_path_factory.mktemp(request.param))
    done = cloud.run("deploy", HOST="todo.acme.example")
    assert done.returncode == 0, done.stderr
    return Deployed(cloud.name, cloud.calls(), (cloud.folder / "applied.yaml").read_text())


def test_deploying_takes_every_step_and_ends_with_the_verification(deployed: Deployed) -> None:
    calls = deployed.calls
    programs = [call[0] for call in calls]
    assert programs.index("helm") < programs.index("kubectl", programs.index("helm"))
    assert calls[-1][:2] == ["python3", str(SCRIPTS / "verify-system.py")]
    rolled = [call[3] for call in calls if call[:2] == ["kubectl", "rollout"]]
    assert rolled == [f"deployment/{name}" for name in ("chat-api", "notification", "recurring-task", "audit", "sync")]
    assert "image: todo/" not in deployed.applied
    assert deployed.applied.count(":1.4.0") == 2
    assert "hostname: todo.acme.example" in deployed.applied
    steps = [" ".join(call[:3]) for call in calls]
    assert steps.index("python -m todo_stack.cluster") < steps.index("kubectl delete job")
    assert steps.index("kubectl delete job") < steps.index("kubectl wait kafka/todo")


def test_the_namespace_is_there_before_the_operator_that_gets_rights_in_it(deployed: Deployed) -> None:
    made = next(place for place, call in enumerate(deployed.calls) if call[-1].endswith("kube/base/namespace.yaml"))
    assert made < deployed.calls.index(deployed.releases["strimzi-cluster-operator"])


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
    assert cloud.run("destroy", "--yes").returncode == 0
    assert [thing for thing in cloud.left() if not thing.startswith(("acr", "aks", "pool", "secrets"))] == []
    cloud.calls()
    again = cloud.run("destroy", "--yes")
    assert again.returncode == 0, again.stderr
    removed = [call for call in cloud.calls() if "delete" in call and call[0] != "minikube"]
    assert removed == []


def test_a_dry_run_shows_the_commands_and_calls_nothing(cloud: Cloud) -> None:
    for what in ("deploy", "destroy"):
        done = cloud.run(what, "--dry-run")
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) >= 1
    assert [call for call in cloud.calls() if call[0] != "python3"] == []


def test_nothing_is_removed_that_nobody_agreed_to(cloud: Cloud) -> None:
    done = cloud.run("destroy")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert cloud.calls() == []


@pytest.mark.parametrize(("answer", "code"), [("todo", 0), ("yes", 1)])
def test_at_a_terminal_whoever_types_the_name_has_agreed(cloud: Cloud, answer: str, code: int) -> None:
    terminal, end = pty.openpty()
    os.write(terminal, f"{answer}\n".encode())
    done = cloud.run("destroy", stdin=end)
    os.close(terminal)
    os.close(end)
    assert done.returncode == code, done.stderr
    assert bool(cloud.calls()) == (code == 0)


def test_whatever_kind_is_applied_was_installed_before(deployed: Deployed) -> None:
    groups = {one["apiVersion"].partition("/")[0] for one in render(OVERLAYS / deployed.name)}
    of_others = {version.partition("/")[0] for version in OF_OTHERS}
    assert {CHARTS[group] for group in groups & of_others} == deployed.releases.keys() & set(CHARTS.values())


def test_the_types_that_are_tried_are_those_that_are_installed() -> None:
    """Those of `make test-kube`; the charts of the others have numbers of their own."""
    installed = dict(re.findall(r"^(\w+)_VERSION=(\S+)$", (SCRIPTS / "deploy/common.sh").read_text(), re.MULTILINE))
    tried = dict(
        re.findall(r"^\s(\S+) v(\S+)$", (CLONE / "ci/kubernetes/definitions/go.mod").read_text(), re.MULTILINE)
    )
    assert installed["STRIMZI"] == STRIMZI
    assert installed["DAPR"] == tried["github.com/dapr/dapr"]
    assert installed["KEDA"] == tried["github.com/kedacore/keda/v2"]


def test_what_operators_make_is_let_in_by_the_namespace(deployed: Deployed) -> None:
    """Its pods are `restricted`, and neither operator keeps to that unless it is told."""
    strimzi, dapr = deployed.releases["strimzi-cluster-operator"], deployed.releases["dapr"]
    assert "extraEnvs[0].name=STRIMZI_POD_SECURITY_PROVIDER_CLASS" in strimzi
    assert "extraEnvs[0].value=restricted" in strimzi
    assert "dapr_sidecar_injector.sidecarDropALLCapabilities=true" in dapr


def test_the_namespaces_that_policies_name_bear_their_labels(deployed: Deployed) -> None:
    labelled = {tuple(call[3:5]) for call in deployed.calls if call[:3] == ["kubectl", "label", "namespace"]}
    wanted = {("envoy-gateway-system", "todo.dev/role=gateway"), ("monitoring", "todo.dev/role=monitoring")}
    assert labelled == (set() if deployed.name == "minikube" else wanted)


@pytest.mark.parametrize("name", sorted(CLOUDS))
def test_the_gateway_is_of_a_class_that_is_there(name: str) -> None:
    there = yaml.safe_load((SCRIPTS / "deploy/gateway-class.yaml").read_text())
    wanted = [one["spec"]["gatewayClassName"] for one in render(OVERLAYS / name) if one["kind"] == "Gateway"]
    assert set(wanted) <= {there["metadata"]["name"]}


def test_deploying_waits_for_our_jobs_and_leaves_others_alone(deployed: Deployed) -> None:
    """CloudNativePG has Jobs too, and removes them when they are done."""
    jobs = {one["metadata"]["name"] for one in render(OVERLAYS / deployed.name) if one["kind"] == "Job"}
    (deleted,) = (call[3:] for call in deployed.calls if call[:3] == ["kubectl", "delete", "job"])
    (awaited,) = (call[2:] for call in deployed.calls if "--for=condition=Complete" in call)
    assert {name for name in deleted if not name.startswith("--")} == {*jobs, "todo"}
    assert {name for name in awaited if name.startswith("job")} == {f"job/{name}" for name in jobs}
    assert "--all" not in {*deleted, *awaited}


def test_a_step_that_fails_ends_it_there(cloud: Cloud) -> None:
    (cloud.folder / "failing").write_text("kubectl wait job")
    done = cloud.run("deploy")
    assert done.returncode != 0
    calls = cloud.calls()
    assert calls[-1][:2] == ["kubectl", "wait"]
    assert calls[-1][2].startswith("job/")


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
    unset: dict[str, Any] = dict.fromkeys(CLOUDS[cloud.name], "")
    done = cloud.run("deploy", **unset)
    if CLOUDS[cloud.name]:
        assert done.returncode == 2
    assert all(name in done.stderr for name in CLOUDS[cloud.name])


@pytest.mark.parametrize(
    ("what", "option"), [("deploy", "--dryrun"), ("destroy", "--dryrun"), ("deploy", "--yes"), ("destroy", "--tag")]
)
def test_an_option_that_is_none_is_refused(cloud: Cloud, what: str, option: str) -> None:
    done = cloud.run(what, option)
    assert done.returncode == 2
    assert f"{option} is no option" in done.stderr


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
