"""Planted contract faults: each is one change of a sound, published repository that must not land."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from todo_contracts.buf import require_buf

from tests.contract.published_repository import EVENTS, TOPIC, Repository

ADDED, REMOVED = f"{EVENTS}/NoteAdded", f"{EVENTS}/NoteRemoved"
NOTE = "avro/types/Note"
PROTO = "proto/todo/note/v1/note_service.proto"
OPTIONS = "proto/todo/options/v1/options.proto"
HEADERS = "avro/headers/plain.yaml"
IMAGE = "proto/published.binpb"
SIDES = "[written by notes; read by reader]"
CALLS = "[served by notes; called by reader, clients outside (gRPC, REST)]"
HOUSE = "a house rule: the registry would accept it"
MICROS = {"type": "long", "logicalType": "timestamp-micros"}
UUID = {"type": "string", "logicalType": "uuid"}


@dataclass(frozen=True)
class Fault:
    """One fault: what is done, and what the refusal must say, in the file that it must name."""

    name: str
    plant: Callable[[Repository], object]
    file: str
    says: tuple[str, ...]


def field(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A field of a schema by its name."""
    found: dict[str, Any] = next(one for one in schema["fields"] if one["name"] == name)
    return found


def _without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda schema: schema["fields"].remove(field(schema, name))


def _retyped(name: str, kind: Any) -> Callable[[dict[str, Any]], object]:
    return lambda schema: field(schema, name).update(type=kind)


def _with(name: str, **more: Any) -> Callable[[dict[str, Any]], object]:
    return lambda schema: field(schema, name).update(more)


def _plus(**more: Any) -> Callable[[dict[str, Any]], object]:
    return lambda schema: schema["fields"].append({"name": "extra", "doc": "More.", **more})


def _event(name: str, change: Callable[[dict[str, Any]], object], *says: str) -> Fault:
    """A version 2 of NoteAdded that must not follow version 1."""
    return Fault(name, lambda there: there.new_version("NoteAdded", change), f"{ADDED}/2.avsc", (*says, SIDES))


def _note(name: str, change: Callable[[dict[str, Any]], object], *says: str) -> Fault:
    """A version 2 of the shared type Note that must not follow version 1."""
    return Fault(name, lambda there: there.new_note(change), f"{ADDED}/2.avsc", (*says, SIDES))


def _proto(name: str, old: str, new: str, *says: str, sides: str = CALLS) -> Fault:
    """An edit of the .proto file."""
    return Fault(name, lambda there: there.edit(PROTO, old, new), PROTO, (*says, sides))


def _edit(name: str, file: str, old: str, new: str, *says: str) -> Fault:
    return Fault(name, lambda there: there.edit(file, old, new), file, says)


def _mood(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda schema: change(field(schema, "mood")["type"])


def _version_without_example(there: Repository) -> None:
    there.new_version("NoteRemoved", _plus(type="int", default=0))
    there.remove(f"{REMOVED}/examples/2-plain.json")


def _service_removed(there: Repository) -> None:
    there.edit(PROTO, "service NoteService {", "service PaperService {")
    there.edit("services/notes/service.yaml", "NoteService", "PaperService")
    there.edit("services/reader/service.yaml", "NoteService", "PaperService")


EVOLUTION = [
    _event("field added without default", _plus(type="int"), "NoteAdded.extra", "READER_FIELD_MISSING_DEFAULT_VALUE"),
    _event("event field removed", _without("others"), "NoteAdded.others", "READER_FIELD_MISSING_DEFAULT_VALUE"),
    _event("default dropped", lambda schema: field(schema, "weight").pop("default"), "NoteAdded.weight", HOUSE),
    _event("default changed", lambda schema: field(schema, "weight").update(default=2.0), "NoteAdded.weight", HOUSE),
    _event("type narrowed", _retyped("weight", "float"), "NoteAdded.weight", "TYPE_MISMATCH"),
    _event("type changed", _with("weight", type="string", default=""), "NoteAdded.weight", "double is read as string"),
    _event("bytes became text", _retyped("picture", "string"), "NoteAdded.picture", "STRING_BYTES_SWAPPED", HOUSE),
    _event("union reordered", lambda schema: field(schema, "due")["type"].reverse(), "NoteAdded.due", HOUSE),
    _event(
        "optional made mandatory",
        _with("due", type={"type": "int", "logicalType": "date"}, default=0),
        "NoteAdded.due",
        "TYPE_MISMATCH",
    ),
    _event("mandatory made optional", _retyped("weight", ["null", "double"]), "NoteAdded.weight", "TYPE_MISMATCH"),
    _event("logical type dropped", _retyped("due", ["null", "int"]), "NoteAdded.due", HOUSE),
    _event("items of an array changed", _retyped("reader_ids", {"type": "array", "items": "int"}), "reader_ids[]"),
    _event("values of a map changed", _retyped("labels", {"type": "map", "values": "int"}), "NoteAdded.labels{}"),
    _note("enum symbol removed", _mood(lambda mood: mood["symbols"].remove("SAD")), "NoteAdded.note.mood", HOUSE),
    _note(
        "enum symbol removed without default",
        _mood(lambda mood: (mood["symbols"].remove("SAD"), mood.pop("default"))),
        "NoteAdded.note.mood",
        "doesn't know SAD and has no default",
    ),
    _note("enum default changed", _mood(lambda mood: mood.update(default="GLAD")), "NoteAdded.note.mood", HOUSE),
    _note("nested type renamed", _mood(lambda mood: mood.update(name="Feeling")), "NoteAdded.note.mood", "NAME_MISM"),
    _note(
        "nested namespace renamed",
        _mood(lambda mood: mood.update(namespace="todo.feelings.v1")),
        "NoteAdded.note.mood",
        "TYPE_RENAMED",
        HOUSE,
    ),
    _note(
        "logical type changed",
        _retyped("written_at", {"type": "long", "logicalType": "timestamp-millis"}),
        "NoteAdded.note.written_at",
        HOUSE,
    ),
    _note("text became bytes", _retyped("text", "bytes"), "NoteAdded.note.text", HOUSE),
    _note("shared field removed", _without("text"), "NoteAdded.note.text", "READER_FIELD_MISSING_DEFAULT_VALUE"),
]

AVRO = [
    *EVOLUTION,
    Fault(
        "event's namespace renamed",
        lambda there: there.new_version("NoteRemoved", lambda schema: schema.update(namespace="todo.notes.v1")),
        f"{REMOVED}/2.avsc",
        ("defines todo.notes.v1.NoteRemoved", "its folder says todo.note_events.v1.NoteRemoved"),
    ),
    Fault(
        "field renamed by an alias",
        lambda there: there.new_version("NoteRemoved", lambda schema: schema["fields"][0].update(aliases=["old_id"])),
        f"{REMOVED}/2.avsc",
        ("NoteRemoved.note_id has an alias",),
    ),
    Fault(
        "version without an example",
        _version_without_example,
        f"{REMOVED}/2.avsc",
        ("has no example",),
    ),
    Fault(
        "version after a gap",
        lambda there: there.copy(f"{REMOVED}/1.avsc", f"{REMOVED}/3.avsc"),
        f"{REMOVED}/3.avsc",
        ("comes after a gap",),
    ),
    Fault(
        "shared type moved on without its events",
        lambda there: there.schema(f"{NOTE}/1.avsc", _plus(type="int", default=0), f"{NOTE}/2.avsc"),
        f"{NOTE}/2.avsc",
        ("is a shared type that nothing pins",),
    ),
]


def _moved(there: Repository) -> None:
    there.copy(f"{REMOVED}/1.avsc", f"{REMOVED}/2.avsc")
    there.remove(f"{REMOVED}/1.avsc")


def _changed_and_restored(there: Repository) -> None:
    text = (there.root / f"{REMOVED}/1.avsc").read_text()
    there.edit(f"{REMOVED}/1.avsc", "A note was removed", "A note was taken away")
    there.commit()
    there.write(f"{REMOVED}/1.avsc", text)
    there.commit()


def _topic_removed(there: Repository) -> None:
    there.remove(TOPIC)


def _baseline_broken(there: Repository) -> None:
    there.edit(PROTO, "  string text = 2", "  string content = 2")
    require_buf(there.layout, "build", "proto", "-o", IMAGE)


HISTORY = [
    _edit("published version edited", f"{REMOVED}/1.avsc", "A note was removed", "Gone", "was edited", SIDES),
    _edit("published shared type edited", f"{NOTE}/1.avsc", "What it says", "Its text", "was edited", SIDES),
    Fault(
        "published version deleted",
        lambda there: there.remove(f"{REMOVED}/1.avsc"),
        f"{REMOVED}/1.avsc",
        ("was deleted or moved", SIDES),
    ),
    Fault("published version moved", _moved, f"{REMOVED}/1.avsc", ("was deleted or moved", SIDES)),
    Fault(
        "rules put beside a published version",
        lambda there: there.write(f"{REMOVED}/1.rules.yaml", "rules: []\n"),
        f"{REMOVED}/1.rules.yaml",
        ("was added", "beside a new version", SIDES),
    ),
    Fault("edited and edited back", _changed_and_restored, f"{REMOVED}/1.avsc", ("was changed in", "back", SIDES)),
    _edit("publication taken back", TOPIC, "NoteRemoved: {1: published}", "NoteRemoved: {1: draft}", "is draft", SIDES),
    Fault(
        "published version unlisted",
        lambda there: there.edit(TOPIC, "  todo.note_events.v1.NoteRemoved: {1: published}\n", ""),
        TOPIC,
        ("todo.note_events.v1.NoteRemoved 1 is absent, not published", SIDES),
    ),
    Fault("topic removed", _topic_removed, TOPIC, ("partitions was 3 and is absent", SIDES)),
    _edit("partitions changed", TOPIC, "partitions: 3", "partitions: 6", "partitions was 3 and is 6", SIDES),
    _edit("clean-up changed", TOPIC, "cleanup: delete", "cleanup: compact", "cleanup was delete", SIDES),
    _edit("compatibility lowered", TOPIC, "FULL_TRANSITIVE", "BACKWARD", "compatibility was FULL_TRANSITIVE", SIDES),
    _edit("header removed", HEADERS, "  trace: {required: false, meaning: Trace}\n", "", "a header was removed"),
    _edit("header made required", HEADERS, "trace: {required: false", "trace: {required: true", "made required"),
    _edit(
        "required header added", HEADERS, "headers:\n", "headers:\n  more: {required: true, meaning: m}\n", "required"
    ),
    Fault("proto baseline deleted", lambda there: there.remove(IMAGE), IMAGE, ("was deleted",)),
    Fault("proto baseline spoilt", lambda there: there.write(IMAGE, "spoilt"), IMAGE, ("is no image of protobuf",)),
    _edit("versions that are no mapping", TOPIC, "NoteRemoved: {1: published}", "NoteRemoved: yes", "Removed is True"),
    _edit("published schema that is no JSON", f"{REMOVED}/1.avsc", "{", "", "was edited", SIDES),
    Fault("proto baseline replaced", _baseline_broken, IMAGE, ("it breaks the one before", "Note.text", CALLS)),
]

CATALOGUE = [
    Fault(
        "orphan schema",
        lambda there: there.copy(f"{REMOVED}/1.avsc", f"{REMOVED}/2.avsc"),
        f"{REMOVED}/2.avsc",
        ("is in no topic of the catalogue",),
    ),
    _edit("topic without owner", TOPIC, "owner: notes\n", "", "owner is missing"),
    _edit("topic without retention", TOPIC, "retention: {days: 7}\n", "", "retention is missing"),
    _edit(
        "topic without dead letters", TOPIC, "{reader: reader-dead-letters}", "{}", "no dead-letter topic for reader"
    ),
    _edit("topic of an unknown consumer", TOPIC, "consumers: [reader]", "consumers: [reader, nobody]", "'nobody'"),
    _edit("topic with an unknown level", TOPIC, "FULL_TRANSITIVE", "FULLY", "compatibility is 'FULLY'"),
]

CALLS_FAULTS = [
    _proto("field removed", "  // How loud it is.\n  Loudness loudness = 3;\n", "", "Note.loudness", "FIELD_NO_DELETE"),
    _proto(
        "field number reused", "  Loudness loudness = 3;", "  int64 volume = 3;", "Note.loudness", "FIELD_SAME_NAME"
    ),
    _proto("field renumbered", "  Loudness loudness = 3;", "  Loudness loudness = 4;", "Note.loudness", "FIELD_NO_DEL"),
    _proto("field renamed", "  Loudness loudness = 3;", "  Loudness level = 3;", "Note.loudness", "FIELD_SAME_NAME"),
    _proto("field type changed", "int32 count = 1;", "string count = 1;", "ImportNotesResponse.count", "SAME_TYPE"),
    _proto(
        "field made repeated", "  string name = 1;\n  // What", "  repeated string name = 1;\n  // What", "Note.name"
    ),
    _proto(
        "field moved into a oneof",
        "  // How many there were.\n  int32 count = 1;",
        "  // Which.\n  oneof which {\n    // How many there were.\n    int32 count = 1;\n  }",
        "ImportNotesResponse.count",
        "FIELD_SAME_ONEOF",
    ),
    _proto("JSON name changed", "int32 count = 1;", 'int32 count = 1 [json_name = "n"];', "count", "FIELD_SAME_JSON"),
    _proto("value removed", "    // Quiet.\n    LOUDNESS_QUIET = 1;\n", "", "LOUDNESS_QUIET", "ENUM_VALUE_NO_DELETE"),
    _proto("value renumbered", "LOUDNESS_QUIET = 1;", "LOUDNESS_QUIET = 2;", "LOUDNESS_QUIET", "ENUM_VALUE_NO_DELETE"),
    _proto("value renamed", "LOUDNESS_QUIET = 1;", "LOUDNESS_SOFT = 1;", "LOUDNESS_QUIET", "ENUM_VALUE_SAME_NAME"),
    _proto("message renamed", "GetNoteRequest", "FetchNoteRequest", "todo.note.v1.GetNoteRequest", "MESSAGE_NO_DELETE"),
    _proto(
        "method removed",
        "  // Sends notes in pieces.\n  rpc ExportNotes(ExportNotesRequest) returns (stream Note);\n",
        "",
        "NoteService.ExportNotes",
        "RPC_NO_DELETE",
    ),
    _proto("method renamed", "rpc AddNote(", "rpc PostNote(", "NoteService.AddNote", "RPC_NO_DELETE"),
    _proto(
        "response changed", "returns (ImportNotesResponse)", "returns (Note)", "ImportNotes", "RPC_SAME_RESPONSE_TYPE"
    ),
    _proto("request changed", "rpc GetNote(GetNoteRequest)", "rpc GetNote(ForgetNoteRequest)", "NoteService.GetNote"),
    _proto("answers no longer streamed", "returns (stream Note)", "returns (Note)", "RPC_SAME_SERVER_STREAMING"),
    _proto("requests no longer streamed", "ImportNotes(stream ", "ImportNotes(", "RPC_SAME_CLIENT_STREAMING"),
    _proto("path changed", 'post: "/v1/notes"', 'post: "/v1/papers"', "NoteService.AddNote", "HTTP_SAME_RULE"),
    _proto("verb changed", 'post: "/v1/notes"', 'put: "/v1/notes"', "NoteService.AddNote", "HTTP_SAME_RULE"),
    _proto("body changed", '      body: "*"\n', "", "NoteService.AddNote", "HTTP_SAME_RULE"),
    _proto("public method closed", "    option (todo.options.v1.public) = true;\n", "", "GetNote", "AUDIENCE_SAME"),
    _proto("bound lowered", "max_len = 100", "max_len = 50", "Note.text", "CONSTRAINT_NOT_TIGHTENED"),
    _proto(
        "bound added",
        "  string request_id = 2;",
        "  string request_id = 2 [(buf.validate.field).string.max_len = 9];",
        "AddNoteRequest.request_id",
        "CONSTRAINT_NOT_TIGHTENED",
    ),
    _proto(
        "mandatory field added",
        "  string request_id = 2;",
        "  string request_id = 2;\n  // Who.\n  string author = 3 [(buf.validate.field).string.min_len = 1];",
        "AddNoteRequest.author",
        "NEW_FIELD_OPTIONAL",
    ),
    Fault(
        "service removed",
        _service_removed,
        PROTO,
        ("todo.note.v1.NoteService", "SERVICE_NO_DELETE"),
    ),
    _edit("option renumbered", OPTIONS, "public = 86201", "public = 86301", "v1.public", "EXTENSION_SAME_NUMBER"),
    _edit("package renamed", PROTO, "package todo.note.v1;", "package todo.note.v2;", "MESSAGE_NO_DELETE", "Note"),
    _edit(
        "breaking changes ignored",
        "buf.yaml",
        "breaking:\n  use: [FILE]\n",
        "breaking:\n  use: [FILE]\n  ignore_only:\n    FIELD_NO_DELETE: [proto]\n",
        "ignores breaking changes",
    ),
    _edit("another set of breaking rules", "buf.yaml", "use: [FILE]", "use: [WIRE]", "doesn't use FILE"),
]

GENERATED = [
    Fault(
        "generated code edited",
        lambda there: there.write("gen/todo/note/v1/client.py", "# mine\n"),
        "gen/todo/note/v1/client.py",
        ("is out of date, or was edited", "make generate"),
    ),
    Fault(
        "generated code missing",
        lambda there: there.remove("gen/todo/note_events/v1/__init__.py"),
        "gen/todo/note_events/v1/__init__.py",
        ("is missing", "make generate"),
    ),
    Fault(
        "right of a service edited",
        lambda there: there.edit("kube/base/kafka/catalogue/users.yaml", "- Read", "- All"),
        "kube/base/kafka/catalogue/users.yaml",
        ("is out of date, or was edited", "make generate"),
    ),
    Fault(
        "topic of the cluster out of step with the catalogue",
        lambda there: there.edit(TOPIC, "retention: {days: 7}", "retention: {days: 8}"),
        "kube/base/kafka/catalogue/topics.yaml",
        ("is out of date, or was edited", "make generate"),
    ),
    Fault(
        "contract changed without generating",
        lambda there: there.edit(PROTO, "  int32 count = 1;", "  int32 count = 1;\n  // More.\n  int32 more = 2;"),
        "gen",
        ("files are not what the contracts generate", "todo/note/v1/note_service_pb2.py", "make generate"),
    ),
]

FAULTS = [*AVRO, *HISTORY, *CATALOGUE, *CALLS_FAULTS, *GENERATED]
