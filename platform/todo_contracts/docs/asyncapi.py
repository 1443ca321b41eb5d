"""The AsyncAPI 3.0 document: a channel for each topic, a message for each event on it, an operation for each side.

Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0 and its Kafka bindings 0.5.0.
"""

import json
from collections.abc import Iterator
from typing import Any

import yaml

from todo_contracts.avro_source import Schema
from todo_contracts.catalogue import Topic
from todo_contracts.docs.sources import Sources
from todo_contracts.docs.validity import asyncapi_problems
from todo_contracts.headers import HeaderSet
from todo_contracts.manifest import Manifest
from todo_contracts.problems import ContractError

_FILE = "docs/reference/asyncapi.yaml"
_HEAD = "# Generated from avro/ by `make generate`.\n"
_BINDING = "0.5.0"
_AVRO = "application/vnd.apache.avro;version=1.9.0"
Part = dict[str, Any]


def asyncapi(sources: Sources) -> str:
    """The document, YAML; raises ContractError where it would break the standard."""
    made = document(sources)
    if problems := list(asyncapi_problems(made, _FILE)):
        raise ContractError(problems)
    return _HEAD + yaml.dump(made, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


def document(sources: Sources) -> Part:
    """The document as plain values."""
    topics = sources.wiring.topics.values()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "To-do events",
            "version": "v1",
            "description": "Every Kafka topic of the to-do platform, what it carries, who writes and who reads it.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/avro",
        "servers": {"local": _server()},
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": dict(_operations(sources)),
        "components": {
            "messages": {name: _message(sources, topic, record) for topic, record, name in _carried(sources)},
            "schemas": {name: _headers(found) for name, found in sources.header_sets.items()},
        },
    }


def _server() -> Part:
    registry = "http://localhost:8081/apis/ccompat/v7"
    binding = {"schemaRegistryUrl": registry, "schemaRegistryVendor": "confluent", "bindingVersion": _BINDING}
    return {
        "host": "localhost:9092",
        "protocol": "kafka",
        "description": "The stack on this machine.",
        "bindings": {"kafka": binding},
    }


def _carried(sources: Sources) -> Iterator[tuple[Topic, str, str]]:
    for topic in sources.wiring.topics.values():
        for record in topic.records:
            yield topic, record, _message_name(topic, record)


def _message_name(topic: Topic, record: str) -> str:
    """A record may be carried by several topics, so a message is called after both."""
    return f"{topic.name}.{record.rpartition('.')[2]}"


def _channel(topic: Topic) -> Part:
    keep = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    configuration = {"cleanup.policy": [topic.cleanup], "retention.ms": keep}
    return {
        "address": topic.name,
        "summary": topic.summary,
        "description": f"Owned by {topic.owner}. Compatibility {topic.compatibility}.",
        "messages": {
            record.rpartition(".")[2]: {"$ref": f"#/components/messages/{_message_name(topic, record)}"}
            for record in topic.records
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": configuration,
                "bindingVersion": _BINDING,
            }
        },
        "x-owner": topic.owner,
        "x-compatibility": topic.compatibility,
        "x-dead-letters": dict(topic.dead_letter_topics),
    }


def _operations(sources: Sources) -> Iterator[tuple[str, Part]]:
    for manifest in sources.wiring.manifests.values():
        for topic in sources.wiring.produced_by(manifest):
            yield f"{manifest.name}.send.{topic.name}", _operation("send", manifest, topic)
        for topic in sources.wiring.consumed_by(manifest):
            yield f"{manifest.name}.receive.{topic.name}", _operation("receive", manifest, topic)


def _operation(action: str, manifest: Manifest, topic: Topic) -> Part:
    verb = {"send": "writes", "receive": "reads"}[action]
    made: Part = {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"{manifest.name} {verb} {topic.name}.",
        "tags": [{"name": manifest.name}],
    }
    if action == "receive" and manifest.database:
        group = {"type": "string", "enum": [manifest.name]}
        made["bindings"] = {"kafka": {"groupId": group, "bindingVersion": _BINDING}}
    return made


def _message(sources: Sources, topic: Topic, record: str) -> Part:
    newest = sources.library.newest(record)
    key = {"type": "string", "format": topic.key.type, "description": topic.key.meaning}
    return {
        "name": record,
        "title": record.rpartition(".")[2],
        "summary": str(newest.expanded.get("doc", "")),
        "contentType": "application/avro",
        "headers": {"$ref": f"#/components/schemas/{topic.headers}"},
        "payload": {"schemaFormat": _AVRO, "schema": _plain(newest.expanded)},
        "examples": list(_examples(newest)),
        "bindings": {
            "kafka": {
                "key": key,
                "schemaIdLocation": "payload",
                "schemaLookupStrategy": "TopicRecordNameStrategy",
                "bindingVersion": _BINDING,
            }
        },
        "x-version": newest.version,
        "x-state": str(topic.records[record].get(newest.version, "")),
    }


def _plain(schema: Any) -> Any:
    """A copy, since YAML would write an anchor for what occurs twice."""
    return json.loads(json.dumps(schema))


def _examples(schema: Schema) -> Iterator[Part]:
    for path in schema.examples:
        yield {"name": path.stem, "payload": json.loads(path.read_text())}


def _headers(found: HeaderSet) -> Part:
    return {
        "type": "object",
        "description": found.summary,
        "required": [name for name, header in found.headers.items() if header.required],
        "properties": {
            name: {"type": "string", "description": header.meaning} for name, header in found.headers.items()
        },
    }


class _Plain(yaml.SafeDumper):
    """Without anchors: a reader should not have to look things up."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the dumper's own signature
        return True
