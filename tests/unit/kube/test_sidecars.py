"""Dapr's sidecars: state and secrets and nothing else, each with its own, the same in the clouds as with compose."""

from typing import Any

import pytest
import yaml
from todo_kube.render import Document
from todo_stack.paths import CLONE

from .conftest import of_kind

SERVICES = ("audit", "chat-api", "notification", "recurring-task", "sync")
ALLOWED = {("state", "v1.0", "http"), ("secrets", "v1.0", "http"), ("state", "v1", "grpc"), ("secrets", "v1", "grpc")}


def configured(name: str, documents: list[Document]) -> Any:
    (found,) = (one for one in of_kind(documents, "Configuration") if one["metadata"]["name"] == name)
    return found["spec"]


def with_compose(name: str) -> Any:
    return yaml.safe_load((CLONE / "compose/dapr" / f"{name}.yaml").read_text())["spec"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_sidecar_answers_for_state_and_secrets_alone(overlay: list[Document], name: str) -> None:
    """Dapr takes a protocol without a rule for one that everything is allowed on."""
    for spec in (configured(name, overlay), with_compose(name)):
        rules = spec["api"]["allowed"]
        assert {(one["name"], one["version"], one["protocol"]) for one in rules} == ALLOWED


@pytest.mark.parametrize("name", SERVICES)
def test_a_sidecar_in_the_clouds_is_the_one_that_is_tried(overlay: list[Document], name: str) -> None:
    """`make test-dapr` runs daprd with compose's configuration; the clouds' also locks Kubernetes' own store."""
    cloud = configured(name, overlay)
    own, built_in = cloud["secrets"]["scopes"]
    assert built_in == {"storeName": "kubernetes", "defaultAccess": "deny"}
    assert cloud | {"secrets": {"scopes": [own]}} == with_compose(name)


@pytest.mark.parametrize("name", SERVICES)
def test_a_pod_may_read_the_secret_of_its_service_and_no_other(overlay: list[Document], name: str) -> None:
    """Not even that of a component: Dapr's operator reads those."""
    bound = [one for one in of_kind(overlay, "RoleBinding") if {s["name"] for s in one["subjects"]} == {name}]
    (role,) = (one for one in of_kind(overlay, "Role") if one["metadata"]["name"] == bound[0]["roleRef"]["name"])
    assert len(bound) == 1
    assert role["rules"] == [{"apiGroups": [""], "resources": ["secrets"], "resourceNames": [name], "verbs": ["get"]}]
