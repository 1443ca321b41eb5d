"""Renders an overlay: the part of kustomize that kube/ uses, and an error for anything else.

Resources, components, a namespace, ConfigMaps of files, and JSON patches (RFC 6902) on targets by group, kind and name.
A test shows that the result is that of `kubectl kustomize`. Source: https://kubectl.docs.kubernetes.io/references/kustomize/
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import yaml

from todo_kube.patch import patched

_KNOWN = {"apiVersion", "kind", "namespace", "resources", "components", "patches"}
_KNOWN_OF_COMPONENTS = (_KNOWN | {"configMapGenerator"}) - {"namespace", "components"}
_KNOWN_OF_CONFIG_MAPS = {"name", "files", "options"}
_TARGET = {"group", "kind", "name"}
_WITHOUT_NAMESPACE = {"Namespace"}
Document = dict[str, Any]


class RenderError(Exception):
    """What the renderer does not know, or what is not there; the text names the file."""


def render(folder: Path) -> list[Document]:
    """The documents of a kustomization, in the order in which they are named."""
    file = folder / "kustomization.yaml"
    if not file.is_file():
        raise RenderError(f"{file} is not there.")
    (wanted,) = _load(file)
    _refuse_unknown(file, wanted, _KNOWN)
    documents = [one for name in wanted.get("resources", ()) for one in _resource(folder / name)]
    documents = _with_components(documents, folder, wanted)
    return [_named(wanted.get("namespace"), one) for one in documents]


def _with_components(documents: list[Document], folder: Path, wanted: Document) -> list[Document]:
    """Components add documents, and patch all that are there by then; the folder's own patches come last."""
    for name in wanted.get("components", ()):
        component = folder / name
        file = component / "kustomization.yaml"
        (parts,) = _load(file)
        _refuse_unknown(file, parts, _KNOWN_OF_COMPONENTS)
        documents += [one for part in parts.get("resources", ()) for one in _resource(component / part)]
        documents += [_config_map(file, one) for one in parts.get("configMapGenerator", ())]
        documents = _patch_all(documents, component, parts)
    return _patch_all(documents, folder, wanted)


def _refuse_unknown(file: Path, wanted: Document, known: AbstractSet[str]) -> None:
    unknown = sorted(set(wanted) - known)
    if unknown:
        raise RenderError(f"{file}: {', '.join(unknown)}: the renderer knows {', '.join(sorted(known))}.")


def _config_map(file: Path, wanted: Document) -> Document:
    """A ConfigMap of files under their own names. Its name gets no hash: nothing is restarted when it changes."""
    _refuse_unknown(file, wanted, _KNOWN_OF_CONFIG_MAPS)
    options = wanted.get("options", {})
    if not options.get("disableNameSuffixHash") or set(options) - {"disableNameSuffixHash", "labels"}:
        raise RenderError(f"{file}: {wanted['name']}: the renderer knows `disableNameSuffixHash: true` and `labels`.")
    metadata = {"name": wanted["name"]} | ({"labels": options["labels"]} if "labels" in options else {})
    data = {name: (file.parent / name).read_text() for name in wanted["files"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _resource(path: Path) -> list[Document]:
    return render(path) if path.is_dir() else _load(path)


def _patch_all(documents: list[Document], folder: Path, wanted: Document) -> list[Document]:
    for patch in wanted.get("patches", ()):
        target = patch["target"]
        if set(patch) != {"path", "target"} or not set(target) <= _TARGET:
            raise RenderError(f"{folder}: a patch has a path and a target of {', '.join(sorted(_TARGET))}.")
        (operations,) = _load(folder / patch["path"])
        if not any(_is_meant(target, one) for one in documents):
            raise RenderError(f"{folder / patch['path']}: nothing is {target}.")
        documents = [patched(one, operations) if _is_meant(target, one) else one for one in documents]
    return documents


def _is_meant(target: Document, document: Document) -> bool:
    group = document["apiVersion"].rpartition("/")[0]
    found = {"group": group, "kind": document["kind"], "name": document["metadata"]["name"]}
    return all(re.fullmatch(wanted, found[key]) for key, wanted in target.items())


def _named(namespace: str | None, document: Document) -> Document:
    if namespace is None or document["kind"] in _WITHOUT_NAMESPACE:
        return document
    metadata = {"name": document["metadata"]["name"], "namespace": namespace} | document["metadata"]
    return document | {"metadata": metadata | {"namespace": namespace}}


def _load(file: Path) -> list[Any]:
    return list(_documents(file))


def _documents(file: Path) -> Iterator[Any]:
    try:
        yield from (one for one in yaml.safe_load_all(file.read_text()) if one is not None)
    except (OSError, yaml.YAMLError) as error:
        raise RenderError(f"{file} can't be read: {error}") from error
