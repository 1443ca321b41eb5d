"""The overlays as they are applied."""

from typing import Any

import pytest
from todo_kube.check import OVERLAYS
from todo_kube.render import Document, render

NAMES = ("minikube", "oke", "aks", "gke")


@pytest.fixture(scope="session", params=NAMES)
def overlay(request: pytest.FixtureRequest) -> list[Document]:
    """All documents of one overlay."""
    return render(OVERLAYS / request.param)


def of_kind(documents: list[Document], *kinds: str) -> list[Any]:
    """The documents of some kinds."""
    return [one for one in documents if one["kind"] in kinds]
