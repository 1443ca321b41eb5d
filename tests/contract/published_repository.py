"""The small repository of sound contracts with everything published in its history, as a fault finds it."""

from pathlib import Path
from typing import Any

from todo_contracts.generate import pipeline
from todo_contracts.publish import publish

from tests.unit.todo_contracts.small_repository import Sample

EVENTS = "avro/note-events"
TOPIC = "avro/topics/note-events.yaml"


class Repository(Sample):
    """One copy that lives on: generates, publishes, and gets new versions."""

    def publish(self) -> None:
        """Generate, publish and commit."""
        self.regenerate()
        publish(self.layout)
        self.regenerate()
        self.commit()

    def regenerate(self) -> None:
        """Bring everything that is generated up to date."""
        pipeline.generate(self.layout)

    def new_version(self, event: str, change: Any, *, version: int = 2, topic: str = TOPIC) -> None:
        """The next version of an event as a draft, listed and with the examples of the one before."""
        before = version - 1
        folder = f"{EVENTS}/{event}"
        self.schema(f"{folder}/{before}.avsc", change, f"{folder}/{version}.avsc")
        self.list_version(event, version, topic)
        for path in sorted((self.root / folder / "examples").glob(f"{before}-*.json")):
            shown = path.name.partition("-")[2]
            self.copy(f"{folder}/examples/{path.name}", f"{folder}/examples/{version}-{shown}")

    def list_version(self, event: str, version: int, topic: str = TOPIC) -> None:
        """List a version as a draft."""
        line = f"{event}: {{{', '.join(f'{n}: published' for n in range(1, version))}"
        self.edit(topic, line, f"{line}, {version}: draft")

    def new_note(self, change: Any) -> None:
        """Version 2 of the shared type Note, and of the event that pins it."""
        self.schema("avro/types/Note/1.avsc", change, "avro/types/Note/2.avsc")
        self.new_version("NoteAdded", lambda schema: schema["x-types"].update({"todo.types.v1.Note": 2}))


def publish_all(root: Path) -> Repository:
    """Publish everything in the repository at `root`."""
    repository = Repository(root)
    repository.publish()
    return repository
