"""Legal changes: each is one step that a sound, published repository takes, and nobody is hurt."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from todo_contracts.buf import require_buf

from tests.contract.faults import ADDED, HEADERS, PROTO, REMOVED, field
from tests.contract.published_repository import TOPIC, Repository

COUNT_SERVICE = """
// Counts.
service CountService {
  // Counts notes.
  rpc CountNotes(CountNotesRequest) returns (Note) {
    option (google.api.http) = {get: "/v1/notes:count"};
  }
}

// Request of CountNotes.
message CountNotesRequest {}
"""
BURN_NOTE = """  // Burns a note.
  rpc BurnNote(BurnNoteRequest) returns (Note) {
    option (google.api.http) = {post: "/v1/{name=notes/*}:burn"};
  }
"""
BURN_REQUEST = """// Request of BurnNote.
message BurnNoteRequest {
  // Resource name, `notes/{note}`.
  string name = 1;
}

"""


@dataclass(frozen=True)
class Legal:
    """One legal change."""

    name: str
    make: Callable[[Repository], object]


def _field(**more: Any) -> Callable[[dict[str, Any]], object]:
    return lambda schema: schema["fields"].append({"name": "extra", "doc": "More.", **more})


def _added(there: Repository, **more: Any) -> None:
    """NoteRemoved 2 with a field more, in its example too."""
    there.new_version("NoteRemoved", _field(**more))
    _in_example(there, f"{REMOVED}/examples/2-plain.json", extra=more["default"])


def _removed(there: Repository) -> None:
    there.new_version("NoteAdded", lambda schema: schema["fields"].remove(field(schema, "weight")))
    path = there.root / f"{ADDED}/examples/2-full.json"
    content = json.loads(path.read_text())
    del content["weight"]
    path.write_text(json.dumps(content))


def _in_example(there: Repository, name: str, **more: Any) -> None:
    content = json.loads((there.root / name).read_text())
    there.write(name, json.dumps(content | more))


def _mood(there: Repository) -> None:
    there.new_note(lambda schema: field(schema, "mood")["type"]["symbols"].append("CALM"))


def _new_event(there: Repository) -> None:
    there.schema(
        f"{REMOVED}/1.avsc", lambda schema: schema.update(name="NoteBurnt"), "avro/note-events/NoteBurnt/1.avsc"
    )
    there.copy(f"{REMOVED}/examples/1-plain.json", "avro/note-events/NoteBurnt/examples/1-plain.json")
    there.edit(TOPIC, "records:\n", "records:\n  todo.note_events.v1.NoteBurnt: {1: draft}\n")


def _new_topic(there: Repository) -> None:
    schema = {"namespace": "todo.page_events.v1", "name": "PageTurned"}
    there.schema(f"{REMOVED}/1.avsc", lambda one: one.update(schema), "avro/page-events/PageTurned/1.avsc")
    there.copy(f"{REMOVED}/examples/1-plain.json", "avro/page-events/PageTurned/examples/1-plain.json")
    topic = (there.root / TOPIC).read_text()
    topic = topic.replace("note-events", "page-events").replace("note_events.v1.NoteAdded", "page_events.v1.PageTurned")
    there.write(
        "avro/topics/page-events.yaml", topic.replace("  todo.note_events.v1.NoteRemoved: {1: published}\n", "")
    )


def _draft_edited(there: Repository) -> None:
    _added(there, type="int", default=0)
    there.commit()
    there.edit(f"{REMOVED}/2.avsc", '"default": 0', '"default": 1')


def _draft_dropped(there: Repository) -> None:
    _added(there, type="int", default=0)
    there.commit()
    there.remove(f"{REMOVED}/2.avsc")
    there.remove(f"{REMOVED}/examples/2-plain.json")
    there.edit(TOPIC, ", 2: draft", "")


def _third_version(there: Repository) -> None:
    _added(there, type=["null", "string"], default=None)
    there.publish()
    there.new_version("NoteRemoved", lambda schema: schema["fields"].pop(), version=3)
    there.copy(f"{REMOVED}/examples/1-plain.json", f"{REMOVED}/examples/3-plain.json")


def _new_service(there: Repository) -> None:
    there.write(PROTO, (there.root / PROTO).read_text() + COUNT_SERVICE)
    there.edit(
        "services/notes/service.yaml",
        "[todo.note.v1.NoteService]",
        "[todo.note.v1.NoteService, todo.note.v1.CountService]",
    )


def _new_consumer(there: Repository) -> None:
    there.edit(TOPIC, "consumers: [reader]", "consumers: [reader, notes]")
    there.edit(TOPIC, "{reader: reader-dead-letters}", "{reader: reader-dead-letters, notes: notes-dead-letters}")
    letters = (there.root / "avro/topics/reader-dead-letters.yaml").read_text()
    there.write("avro/topics/notes-dead-letters.yaml", letters.replace("reader", "notes").replace("published", "draft"))


def _method_added(there: Repository) -> None:
    there.edit(PROTO, "  // Sends notes in pieces.", f"{BURN_NOTE}  // Sends notes in pieces.")
    there.edit(PROTO, "// Request of ExportNotes.", f"{BURN_REQUEST}// Request of ExportNotes.")


def _second_route(there: Repository) -> None:
    there.edit(PROTO, '      body: "*"\n', '      body: "*"\n additional_bindings { post: "/v1/papers" body: "*" }\n')
    require_buf(there.layout, "format", "-w", "proto")


def _proto(name: str, old: str, new: str) -> Legal:
    return Legal(name, lambda there: there.edit(PROTO, old, new))


def _topic(name: str, old: str, new: str) -> Legal:
    return Legal(name, lambda there: there.edit(TOPIC, old, new))


LEGAL = [
    Legal("field added with a default", lambda there: _added(there, type="int", default=0)),
    Legal("optional field added", lambda there: _added(there, type=["null", "string"], default=None)),
    Legal(
        "list added, empty by default", lambda there: _added(there, type={"type": "array", "items": "int"}, default=[])
    ),
    Legal("field with a default removed", _removed),
    Legal("field added, and removed by a third version", _third_version),
    Legal("enum symbol added to a shared type", _mood),
    Legal(
        "description changed in a new version",
        lambda there: there.new_version("NoteRemoved", lambda schema: schema.update(doc="A note is gone.")),
    ),
    Legal("event added", _new_event),
    Legal("topic added", _new_topic),
    Legal("draft edited", _draft_edited),
    Legal("draft dropped", _draft_dropped),
    Legal(
        "example added",
        lambda there: there.copy(f"{REMOVED}/examples/1-plain.json", f"{REMOVED}/examples/1-again.json"),
    ),
    Legal("consumer added", _new_consumer),
    Legal(
        "optional header added",
        lambda there: there.edit(HEADERS, "headers:\n", "headers:\n  more: {required: false, meaning: More}\n"),
    ),
    _topic("retention lengthened", "retention: {days: 7}", "retention: {days: 30}"),
    _topic("summary reworded", "summary: Every change of a note", "summary: All changes of a note"),
    _proto("field added", "  int32 count = 1;", "  int32 count = 1;\n  // More.\n  int32 more = 2;"),
    _proto(
        "bounded field added",
        "  string request_id = 2;",
        "  string request_id = 2;\n  // Who.\n  string author = 3 [(buf.validate.field).string.max_len = 9];",
    ),
    _proto("value added", "    LOUDNESS_QUIET = 1;", "    LOUDNESS_QUIET = 1;\n    // Loud.\n    LOUDNESS_LOUD = 2;"),
    _proto(
        "message added",
        "// A note.\n",
        "// A page.\nmessage Page {\n  // Its number.\n  int32 number = 1;\n}\n\n// A note.\n",
    ),
    Legal("method added", _method_added),
    Legal("second route added", _second_route),
    _proto("bound raised", "max_len = 100", "max_len = 200"),
    _proto("bound lifted", "string text = 1 [(buf.validate.field).string.min_len = 1];", "string text = 1;"),
    _proto("comment reworded", "// Keeps notes.", "// Keeps all notes."),
    _proto("field deprecated", "  Loudness loudness = 3;", "  Loudness loudness = 3 [deprecated = true];"),
    Legal("service added", _new_service),
]
