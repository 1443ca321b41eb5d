"""The renderer does what kustomize does with kube/, and says no to what it does not know."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from todo_kube.check import OVERLAYS, check
from todo_kube.patch import PatchError, patched
from todo_kube.render import Document, RenderError, render

from .conftest import NAMES

KUBECTL = shutil.which("kubectl")
SERVICE: Document = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "x"},
    "spec": {"ports": [{"name": "a", "port": 1}, {"name": "b", "port": 2}]},
}


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed; `make test-kube` builds it")
@pytest.mark.parametrize("name", NAMES)
def test_kustomize_renders_the_same(name: str) -> None:
    done = subprocess.run([str(KUBECTL), "kustomize", str(OVERLAYS / name)], capture_output=True, text=True, check=True)
    assert _by_name(render(OVERLAYS / name)) == _by_name(list(yaml.safe_load_all(done.stdout)))


def _by_name(documents: list[Document]) -> dict[tuple[str, str, str], Document]:
    return {(one["apiVersion"], one["kind"], one["metadata"]["name"]): one for one in documents}


def kustomization(folder: Path, **wanted: Any) -> Path:
    (folder / "service.yaml").write_text(yaml.safe_dump(SERVICE))
    (folder / "kustomization.yaml").write_text(yaml.safe_dump({"resources": ["service.yaml"], **wanted}))
    return folder


def test_what_it_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="namePrefix"):
        render(kustomization(tmp_path, namePrefix="x-"))


def test_a_patch_that_meets_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "patch.yaml").write_text("- {op: remove, path: /spec}\n")
    patch = {"path": "patch.yaml", "target": {"kind": "Deployment"}}
    with pytest.raises(RenderError, match="nothing is"):
        render(kustomization(tmp_path, patches=[patch]))


def component(folder: Path, **generator: Any) -> Path:
    (folder / "part").mkdir()
    (folder / "part" / "a.json").write_text("{}\n")
    wanted = {"configMapGenerator": [{"name": "boards", "files": ["a.json"], **generator}]}
    (folder / "part" / "kustomization.yaml").write_text(yaml.safe_dump(wanted))
    return kustomization(folder, components=["part"], namespace="here")


def test_a_component_makes_config_maps_of_files(tmp_path: Path) -> None:
    options = {"disableNameSuffixHash": True, "labels": {"grafana_dashboard": "1"}}
    _, made = render(component(tmp_path, options=options))
    assert made["metadata"] == {"name": "boards", "namespace": "here", "labels": {"grafana_dashboard": "1"}}
    assert made["data"] == {"a.json": "{}\n"}


@pytest.mark.parametrize("generator", [{}, {"literals": ["a=b"]}, {"options": {"immutable": True}}])
def test_a_config_map_of_another_kind_is_refused(tmp_path: Path, generator: dict[str, Any]) -> None:
    with pytest.raises(RenderError, match="the renderer knows"):
        render(component(tmp_path, **generator))


def test_operations_change_a_copy() -> None:
    operations: list[dict[str, Any]] = [
        {"op": "test", "path": "/spec/ports/0/name", "value": "a"},
        {"op": "remove", "path": "/spec/ports/0"},
        {"op": "add", "path": "/spec/ports/-", "value": {"name": "c", "port": 3}},
        {"op": "add", "path": "/metadata/annotations", "value": {}},
        {"op": "add", "path": "/metadata/annotations/a.b~1c", "value": "d"},
        {"op": "replace", "path": "/spec/ports/0/port", "value": 4},
    ]
    after = patched(SERVICE, operations)
    assert after["spec"]["ports"] == [{"name": "b", "port": 4}, {"name": "c", "port": 3}]
    assert after["metadata"]["annotations"] == {"a.b/c": "d"}
    assert SERVICE["metadata"] == {"name": "x"}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/spec/typo", "value": 1},
        {"op": "remove", "path": "/spec/ports/7"},
        {"op": "test", "path": "/kind", "value": "Pod"},
        {"op": "move", "path": "/spec/ports", "from": "/spec"},
    ],
)
def test_an_operation_that_does_not_fit_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(PatchError, match="Service/x"):
        patched(SERVICE, [operation])


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"spec": {"portz": []}}, "portz"),
        ({"spec": {"ports": [{"port": "eighty"}]}}, "port"),
        ({"apiVersion": "keda.sh/v1"}, "no such kind"),
        ({"kind": "Sevrice"}, "Sevrice"),
    ],
)
def test_the_check_finds_what_is_wrong(tmp_path: Path, change: Document, what: str) -> None:
    folder = kustomization(tmp_path)
    assert check([folder]) == []
    (folder / "service.yaml").write_text(yaml.safe_dump(SERVICE | change))
    (problem,) = check([folder])
    assert what in problem
