"""Where the contracts and what is generated from them lie, relative to the root of the repository."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

NO_VERSION = "0"
"""The version of a repository without a pyproject.toml: a fixture."""


@dataclass(frozen=True)
class Layout:
    """The folders of one repository (or of a fixture that has the same shape)."""

    root: Path

    @property
    def proto(self) -> Path:
        """The buf module of the project's own contracts."""
        return self.root / "proto"

    @property
    def published_protos(self) -> Path:
        """The newest published protobuf contracts, as an image that buf built; absent before the first publication."""
        return self.proto / "published.binpb"

    @property
    def avro(self) -> Path:
        """Event schemas: one folder per topic, and `types` for records that events share."""
        return self.root / "avro"

    @property
    def topics(self) -> Path:
        """The catalogue: one YAML file per topic."""
        return self.avro / "topics"

    @property
    def headers(self) -> Path:
        """The header sets that a topic may name: one YAML file per set."""
        return self.avro / "headers"

    @property
    def services(self) -> Path:
        """The services, each with its manifest `service.yaml`."""
        return self.root / "services"

    @property
    def generated(self) -> Path:
        """Everything that is generated, and nothing else."""
        return self.root / "gen"

    @property
    def kube_services(self) -> Path:
        """Generated Kubernetes resources of the services."""
        return self.root / "kube" / "base" / "services"

    @property
    def kafka_resources(self) -> Path:
        """Topics, users and their rights for Kubernetes: generated, and nothing else."""
        return self.root / "kube" / "base" / "kafka" / "catalogue"

    @property
    def reference(self) -> Path:
        """The generated reference documents."""
        return self.root / "docs" / "reference"

    @property
    def version(self) -> str:
        """The version of the release, which pyproject.toml alone states."""
        project = self.root / "pyproject.toml"
        return str(tomllib.loads(project.read_text())["project"]["version"]) if project.is_file() else NO_VERSION

    def name(self, path: Path) -> str:
        """The path as a message shows it: relative to the root, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def schema_folders(self) -> list[Path]:
        """Folders below avro/ that hold schemas: every one except the catalogue and the header sets."""
        if not self.avro.is_dir():
            return []
        folders = (path for path in self.avro.iterdir() if path.is_dir())
        return sorted(path for path in folders if path not in (self.topics, self.headers))


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` with a buf.yaml; raises FileNotFoundError when there is none."""
    for folder in (start, *start.parents):
        if (folder / "buf.yaml").is_file():
            return folder
    raise FileNotFoundError(f"no buf.yaml in {start} or above it: run this inside the repository")
