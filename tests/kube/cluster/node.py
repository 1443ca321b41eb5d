"""The node: containerd with runc and a bridge for pods, kubelet and kube-proxy."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml

from tests.kube.cluster.control_plane import PODS, SERVER, ControlPlane
from tests.kube.cluster.programs import Program

NAME = "node-1"
GATEWAY = "10.88.0.1"
"""The address at which pods reach this machine."""

_CNI = {
    "cniVersion": "0.4.0",
    "name": "pods",
    "plugins": [
        {
            "type": "bridge",
            "bridge": "cni0",
            "isGateway": True,
            "ipMasq": True,
            "hairpinMode": True,
            "ipam": {
                "type": "host-local",
                "ranges": [[{"subnet": PODS, "gateway": GATEWAY}]],
                "routes": [{"dst": "0.0.0.0/0"}],
            },
        },
        {"type": "portmap", "capabilities": {"portMappings": True}},
    ],
}


@contextmanager
def node(programs: Path, folder: Path, plane: ControlPlane) -> Iterator[Path]:
    """Runs the node until it is ready; the path is containerd's socket."""
    logs = folder / "logs"
    socket = folder / "containerd.sock"
    with ExitStack() as running:
        running.enter_context(Program("containerd", _containerd(folder, socket), logs, socket.exists))
        kubelet = _kubelet(programs, folder, plane, socket)
        running.enter_context(Program("kubelet", kubelet, logs, lambda: _ready(plane)))
        running.enter_context(Program("kube-proxy", _proxy(programs, folder, plane), logs, lambda: True))
        yield socket


def _containerd(folder: Path, socket: Path) -> list[str | Path]:
    network = folder / "cni"
    network.mkdir()
    (network / "10-pods.conflist").write_text(json.dumps(_CNI))
    config = folder / "containerd.toml"
    config.write_text(f"""
version = 2
root = "{folder}/containerd"
state = "{folder}/containerd-state"
[grpc]
address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
restrict_oom_score_adj = true
disable_apparmor = true
sandbox_image = "localhost/pause:1"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "{network}"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
""")
    return ["containerd", "--config", config]


def _kubelet(programs: Path, folder: Path, plane: ControlPlane, socket: Path) -> list[str | Path]:
    caller = plane.authority.kubeconfig(SERVER, plane.authority.sign(f"system:node:{NAME}", "system:nodes"))
    config = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "x509": {"clientCAFile": str(plane.authority.pair.certificate)},
        },
        "cgroupDriver": "cgroupfs",
        "containerRuntimeEndpoint": f"unix://{socket}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "localStorageCapacityIsolation": False,
        "oomScoreAdj": 0,
        "resolvConf": "/etc/resolv.conf",
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {"memory.available": "100Mi"},
    }
    path = folder / "kubelet.yaml"
    path.write_text(yaml.safe_dump(config))
    return [
        programs / "kubelet",
        f"--config={path}",
        f"--kubeconfig={caller}",
        f"--hostname-override={NAME}",
        f"--node-ip={GATEWAY}",
        f"--root-dir={folder / 'kubelet'}",
        f"--cert-dir={folder / 'kubelet-certificates'}",
    ]


def _proxy(programs: Path, folder: Path, plane: ControlPlane) -> list[str | Path]:
    caller = plane.authority.kubeconfig(SERVER, plane.authority.sign("system:kube-proxy"))
    return [
        programs / "kube-proxy",
        f"--kubeconfig={caller}",
        f"--hostname-override={NAME}",
        f"--cluster-cidr={PODS}",
        "--proxy-mode=iptables",
        "--conntrack-max-per-core=0",
    ]


def _ready(plane: ControlPlane) -> bool:
    nodes = plane.kubectl.read("nodes")["items"]
    conditions = [one for node in nodes for one in node["status"].get("conditions", [])]
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
