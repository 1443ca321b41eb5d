"""Reads task events off Kafka with the typed classes: python events.py localhost:9092 http://localhost:8081/apis/ccompat/v7

Needs `confluent-kafka`, `fastavro` and `httpx` beside the client.
"""

import io
import json
import sys
from functools import cache
from typing import Any
from uuid import uuid4

import fastavro
import httpx
from confluent_kafka import Consumer
from todo.events import without_logical_types
from todo.task_events.v1 import TaskCreated

PREFIX = 5  # a zero byte, then the id of the schema in the registry


def main(bootstrap: str, registry: str) -> None:
    """The titles of all tasks that were ever created, until there is no more for five seconds."""

    @cache
    def written_with(schema_id: int) -> Any:
        text = httpx.get(f"{registry}/schemas/ids/{schema_id}").raise_for_status().json()["schema"]
        return fastavro.parse_schema(without_logical_types(json.loads(text)))

    wanted = fastavro.parse_schema(TaskCreated.SCHEMA.wire)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": str(uuid4()), "auto.offset.reset": "earliest"})
    consumer.subscribe(list(TaskCreated.SCHEMA.topics))
    while (message := consumer.poll(5)) is not None:
        headers = dict(message.headers() or ())
        if headers.get("ce_type") != TaskCreated.SCHEMA.full_name.encode():
            continue  # a topic may carry types that a reader doesn't know
        data = message.value()
        writer = written_with(int.from_bytes(data[1:PREFIX]))
        record: Any = fastavro.schemaless_reader(io.BytesIO(data[PREFIX:]), writer, wanted)
        print(TaskCreated.wrap(record).task.title, flush=True)
    consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
