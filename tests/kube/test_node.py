"""The node itself."""

from tests.kube.cluster.control_plane import ControlPlane


def test_the_node_is_ready(cluster: ControlPlane) -> None:
    assert cluster.kubectl("get", "nodes").count("Ready") == 1
