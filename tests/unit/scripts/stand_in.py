"""Stands in for a tool of the cloud: knows its commands and their arguments, notes each call, remembers what was made.

Run under the tool's name with TODO_STAND_INS naming a folder. What the real tool would not take ends with 64.
Sources: the reference pages of gcloud, az, oci, minikube, helm, kubectl and docker.
"""

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

WRONG = 64
ABSENT = 1
REFUSED = 7
CONNECTING_SECONDS = 30
MANIFESTS = "image: todo/chat-api:dev\nimage: todo/sync:dev\nhostname: todo.example.com\n"
TUNNELLING_SECONDS = {"18090:8090": 0.6}  # the last one, so that waiting for the first does not do


class Command(NamedTuple):
    """`options` take a value, `switches` none; `words` is how many arguments stand alone (None: any number).

    `makes`, `asks` and `removes` name the kind of thing it is about. What `connects` is refused when no tunnel leads to
    its addresses.
    """

    options: str = ""
    switches: str = ""
    words: int | None = 0
    required: str = ""
    makes: str = ""
    asks: str = ""
    removes: str = ""
    prints: str = ""
    connects: bool = False


_GCLOUD = "--project --region --location"
_WAIT = "--wait-for-state --query"
_NETWORK = f"--compartment-id --vcn-id --display-name {_WAIT}"
COMMANDS = {
    "gcloud services enable": Command("--project", words=None),
    "gcloud container clusters describe": Command(_GCLOUD, words=1, asks="gke"),
    "gcloud container clusters create": Command(
        f"{_GCLOUD} --num-nodes --machine-type --release-channel --workload-pool",
        "--enable-ip-alias --enable-dataplane-v2",
        1,
        "--project --region",
        makes="gke",
    ),
    "gcloud container clusters get-credentials": Command(_GCLOUD, words=1, required="--project --region"),
    "gcloud container clusters delete": Command(_GCLOUD, "--quiet", 1, removes="gke"),
    "gcloud artifacts repositories describe": Command(_GCLOUD, words=1, asks="repository"),
    "gcloud artifacts repositories create": Command(
        f"{_GCLOUD} --repository-format", words=1, required="--location --repository-format", makes="repository"
    ),
    "gcloud artifacts repositories delete": Command(_GCLOUD, "--quiet", 1, removes="repository"),
    "gcloud auth configure-docker": Command("", "--quiet", 1),
    "az group create": Command("--name --location --output", required="--name --location", makes="group"),
    "az group show": Command("--name", asks="group"),
    "az group delete": Command("--name", "--yes", removes="group"),
    "az acr create": Command("--name --resource-group --sku --output", required="--name --sku", makes="acr"),
    "az acr show": Command("--name --resource-group", asks="acr"),
    "az acr login": Command("--name", required="--name"),
    "az aks show": Command("--name --resource-group", asks="aks"),
    "az aks create": Command(
        "--name --resource-group --node-count --zones --node-vm-size --network-plugin --network-plugin-mode "
        "--network-dataplane --attach-acr --output",
        "--generate-ssh-keys",
        words=2,  # the zones after the first
        required="--name --resource-group",
        makes="aks",
    ),
    "az aks get-credentials": Command("--name --resource-group", "--overwrite-existing", required="--name"),
    "oci network vcn list": Command("--compartment-id --display-name --query", "--raw-output --all", asks="vcn"),
    "oci network vcn create": Command(
        f"--compartment-id --display-name --cidr-blocks {_WAIT}",
        "--raw-output",
        required="--cidr-blocks",
        makes="vcn",
    ),
    "oci network vcn delete": Command("--vcn-id --wait-for-state", "--force", required="--vcn-id", removes="vcn"),
    "oci ce cluster list": Command(
        "--compartment-id --name --lifecycle-state --query", "--raw-output --all", asks="oke"
    ),
    "oci ce cluster create": Command(
        "--compartment-id --name --kubernetes-version --vcn-id --type --endpoint-subnet-id "
        "--endpoint-public-ip-enabled --service-lb-subnet-ids --cluster-pod-network-options --wait-for-state",
        required="--compartment-id --name --kubernetes-version --vcn-id",
        makes="oke",
    ),
    "oci ce cluster delete": Command(
        "--cluster-id --wait-for-state", "--force", required="--cluster-id", removes="oke"
    ),
    "oci ce cluster create-kubeconfig": Command(
        "--cluster-id --region --token-version --kube-endpoint", required="--cluster-id --region"
    ),
    "oci ce node-pool list": Command("--compartment-id --cluster-id --name --query", "--raw-output", asks="pool"),
    "oci ce node-pool create": Command(
        "--compartment-id --cluster-id --name --kubernetes-version --node-shape --node-shape-config --node-image-id "
        "--size --placement-configs --cni-type --pod-subnet-ids --wait-for-state",
        required="--compartment-id --cluster-id --name --kubernetes-version --node-shape",
        makes="pool",
    ),
    "oci iam availability-domain list": Command("--compartment-id --query", prints='["AD-1", "AD-2", "AD-3"]'),
    "minikube start": Command("--profile --cpus --memory --cni --addons", makes="minikube"),
    "minikube image": Command("--profile --tag --build-opt", words=2),
    "minikube delete": Command("--profile", removes="minikube"),
    "helm upgrade": Command(
        "--version --namespace --timeout --set --repo",
        "--install --create-namespace --wait",
        2,
        "--version --namespace",
    ),
    "docker build": Command("--build-arg --tag", words=1, required="--build-arg --tag"),
    "docker push": Command(words=1),
    "kubectl kustomize": Command(words=1, prints=MANIFESTS),
    "kubectl apply": Command("--field-manager --filename", "--server-side --force-conflicts", required="--filename"),
    "kubectl wait": Command("--namespace --for --timeout", words=None, required="--for"),
    "kubectl label": Command(switches="--overwrite", words=3),
    "kubectl rollout": Command("--namespace --timeout", words=2),
    "kubectl config": Command(words=2),
    "kubectl get": Command("--namespace", words=2, asks="secrets"),
    "kubectl create": Command("--namespace --filename", required="--namespace --filename", makes="secrets"),
    "kubectl delete job": Command("--namespace", "--ignore-not-found", words=None, required="--namespace"),
    "kubectl delete": Command("--timeout", "--ignore-not-found", 2, removes="secrets"),
    "kubectl port-forward": Command("--namespace", words=None),
    "curl": Command("--output --retry --retry-delay", "--silent --show-error --retry-connrefused", 1, connects=True),
    "make": Command("--directory", "--silent", 1),
    "python3": Command("--target --grpc --sync", "--no-webhook", 1, connects=True),
    "python": Command("-m", words=1, prints="kind: Secret"),
}
for _kind, _id, _own in (
    ("internet-gateway", "--ig-id", "--is-enabled"),
    ("route-table", "--rt-id", "--route-rules"),
    ("security-list", "--security-list-id", "--ingress-security-rules --egress-security-rules"),
    ("subnet", "--subnet-id", "--cidr-block --route-table-id --security-list-ids"),
):
    COMMANDS |= {
        f"oci network {_kind} list": Command(
            "--compartment-id --vcn-id --display-name --query", "--raw-output --all", asks=_kind
        ),
        f"oci network {_kind} create": Command(
            f"{_NETWORK} {_own}", "--raw-output", required=f"--vcn-id {_own}", makes=_kind
        ),
        f"oci network {_kind} delete": Command(f"{_id} --wait-for-state", "--force", required=_id, removes=_kind),
    }


def main(tool: str, given: list[str], folder: Path) -> int:
    """Takes one call."""
    if given[:1] == ["port-forward"]:
        time.sleep(TUNNELLING_SECONDS.get(given[-1], 0.1))
    with (folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps([tool, *given]) + "\n")
    if f"{tool} {' '.join(given)}".startswith((folder / "failing").read_text() or "\0"):
        return ABSENT
    name = next((name for name in COMMANDS if f"{tool} {' '.join(given)} ".startswith(f"{name} ")), None)
    if name is None:
        return _wrong(f"{tool} has no command {' '.join(given)}")
    command, rest = COMMANDS[name], given[len(name.split()) - 1 :]
    return _check(command, rest) or _answer(command, rest, folder)


def _check(command: Command, given: list[str]) -> int:
    options, seen, words = command.options.split(), set[str](), 0
    arguments = iter(given)
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if name in options:
            seen.add(name)
            if not equals and next(arguments, "--").startswith("--"):
                return _wrong(f"{name} needs a value")
        elif argument.startswith("-") and argument != "-" and name not in command.switches.split():
            return _wrong(f"there is no {name}")
        elif not argument.startswith("--"):
            words += 1
    missing = set(command.required.split()) - seen
    if missing or (command.words is not None and words != command.words):
        return _wrong(f"{sorted(missing)} are missing, {words} words")
    return 0


def _answer(command: Command, given: list[str], folder: Path) -> int:
    things = folder / "things"
    if command.connects and not _connect(given, folder):
        return REFUSED
    if command.makes:
        (things / f"{command.makes}@{_called(given)}").touch()
    if command.removes:
        _remove(things, command.removes, given)
    if command.asks and not (things / f"{command.asks}@{_called(given)}").exists():
        return ABSENT
    if given[-2:] == ["--filename", "-"]:
        (folder / "applied.yaml").write_text(sys.stdin.read())
    kind = command.asks or command.makes
    sys.stdout.write(command.prints or (f"ocid.{kind}@{_called(given)}\n" if kind else ""))
    return 0


def _connect(given: list[str], folder: Path) -> bool:
    """Whether a tunnel leads to each address; with --retry-connrefused it tries again for a while."""
    limit = time.monotonic() + (CONNECTING_SECONDS if "--retry-connrefused" in given else 0)
    ports = set(re.findall(r"127\.0\.0\.1:(\d+)", " ".join(given)))
    while not ports <= _tunnels(folder):
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def _tunnels(folder: Path) -> set[str]:
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    words = [word for call in calls if call[:2] == ["kubectl", "port-forward"] for word in call]
    return {word.split(":")[0] for word in words if ":" in word}


def _called(given: list[str]) -> str:
    """The name that a thing is given, where there may be several of a kind."""
    return next((given[place + 1] for place, one in enumerate(given) if one == "--display-name"), "")


def _remove(things: Path, kind: str, given: list[str]) -> None:
    named = [things / one.removeprefix("ocid.") for one in given if one.startswith("ocid.")]
    for thing in named or things.glob(f"{kind}@*"):
        thing.unlink()


def _wrong(text: str) -> int:
    sys.stderr.write(f"stand-in: {text}\n")
    return WRONG


def run() -> None:
    """Be the tool under whose name this program runs."""
    tool, given = Path(sys.argv[0]).name, sys.argv[1:]
    if given and given[0].endswith("placements.py"):
        os.execv(sys.executable, [sys.executable, *given])  # noqa: S606 - the script itself
    sys.exit(main(tool, given, Path(os.environ["TODO_STAND_INS"])))
