"""etcd, the API server, the controller manager and the scheduler."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Authority
from tests.kube.cluster.kubectl import Kubectl
from tests.kube.cluster.programs import Program

API_PORT = 6443
SERVER = f"https://127.0.0.1:{API_PORT}"
SERVICES = "10.96.0.0/16"
PODS = "10.88.0.0/16"
_ETCD = "http://127.0.0.1:2379"


@dataclass(frozen=True)
class ControlPlane:
    """A running API server: its authority, and kubectl as the administrator."""

    authority: Authority
    kubectl: Kubectl


@contextmanager
def control_plane(programs: Path, folder: Path) -> Iterator[ControlPlane]:
    """Runs a control plane with data, certificates and logs in a folder."""
    logs = folder / "logs"
    logs.mkdir(parents=True)
    authority = Authority(folder / "certificates")
    admin = authority.kubeconfig(SERVER, authority.sign("admin", "system:masters"))
    kubectl = Kubectl(programs / "kubectl", admin)
    with ExitStack() as running:
        running.enter_context(Program("etcd", _etcd(folder / "etcd"), logs, lambda: _listens(2379)))
        server = _api_server(programs, authority)
        running.enter_context(Program("kube-apiserver", server, logs, kubectl.answers))
        running.enter_context(Program("kube-controller-manager", _manager(programs, authority), logs, _at_once))
        running.enter_context(Program("kube-scheduler", _scheduler(programs, authority), logs, _at_once))
        yield ControlPlane(authority, kubectl)


def _etcd(data: Path) -> list[str | Path]:
    urls = [f"--listen-client-urls={_ETCD}", f"--advertise-client-urls={_ETCD}"]
    return ["etcd", "--data-dir", data, *urls, "--unsafe-no-fsync"]


def _api_server(programs: Path, authority: Authority) -> list[str | Path]:
    serving = authority.sign("kube-apiserver", hosts=("127.0.0.1", "localhost", "10.88.0.1", "10.96.0.1"))
    kubelet = authority.sign("kube-apiserver-kubelet-client", "system:masters")
    tokens = authority.key_pair("service-accounts")
    return [
        programs / "kube-apiserver",
        f"--etcd-servers={_ETCD}",
        f"--secure-port={API_PORT}",
        "--advertise-address=10.88.0.1",
        f"--client-ca-file={authority.pair.certificate}",
        f"--tls-cert-file={serving.certificate}",
        f"--tls-private-key-file={serving.key}",
        f"--kubelet-client-certificate={kubelet.certificate}",
        f"--kubelet-client-key={kubelet.key}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={tokens.certificate}",
        f"--service-account-signing-key-file={tokens.key}",
        f"--service-cluster-ip-range={SERVICES}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--kubelet-preferred-address-types=InternalIP",
    ]


def _manager(programs: Path, authority: Authority) -> list[str | Path]:
    caller = authority.kubeconfig(SERVER, authority.sign("system:kube-controller-manager"))
    return [
        programs / "kube-controller-manager",
        f"--kubeconfig={caller}",
        f"--root-ca-file={authority.pair.certificate}",
        f"--service-account-private-key-file={authority.pair.key.parent / 'service-accounts.key'}",
        "--use-service-account-credentials=true",
        "--leader-elect=false",
    ]


def _scheduler(programs: Path, authority: Authority) -> list[str | Path]:
    caller = authority.kubeconfig(SERVER, authority.sign("system:kube-scheduler"))
    return [programs / "kube-scheduler", f"--kubeconfig={caller}", "--leader-elect=false"]


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _at_once() -> bool:
    return True
