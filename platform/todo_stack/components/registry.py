"""The schema registry: Apicurio's Confluent-compatible API, storage in an H2 file."""

from dataclasses import dataclass
from pathlib import Path

from todo_stack.components.java import java
from todo_stack.probe import answers
from todo_stack.process import Launch

_HEAP_MB = 128
_API = "/apis/ccompat/v7"


@dataclass(frozen=True)
class Registry:
    """`home`: the unpacked application; `folder`: its database."""

    home: Path
    folder: Path
    port: int
    classes: Path | None = None

    name = "registry"
    title = "schema registry"

    @property
    def ports(self) -> dict[str, int]:
        """The one port it listens on."""
        return {"the schema registry": self.port}

    def prepare(self) -> None:
        """Create the folder; the application creates its database itself."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def launch(self) -> Launch:
        """Run the application."""
        database = f"jdbc:h2:file:{self.folder / 'registry'}"
        options = {
            "quarkus.http.host": "127.0.0.1",
            "quarkus.http.port": str(self.port),
            "quarkus.management.host": "127.0.0.1",
            "quarkus.management.port": "0",
            "quarkus.banner.enabled": "false",
            "quarkus.http.access-log.enabled": "false",
            "quarkus.log.level": "WARN",
            'quarkus.log.category."io.apicurio".level': "WARN",
            "apicurio.storage.kind": "sql",
            "apicurio.storage.sql.kind": "h2",
            "apicurio.datasource.url": database,
        }
        defines = [f"-D{key}={value}" for key, value in options.items()]
        jar = str(self.home / "quarkus-run.jar")
        command = java(*defines, "-jar", jar, heap_mb=_HEAP_MB, classes=self.classes)
        return Launch(name=self.name, command=command, cwd=self.folder)

    def is_ready(self) -> bool:
        """Whether it lists its subjects."""
        return answers(self.port, f"{_API}/subjects")
