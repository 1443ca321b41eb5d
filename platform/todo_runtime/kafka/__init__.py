"""Kafka and the schema registry: the typed Avro codec, records and their headers, consumers, dead letters."""

from todo_runtime.kafka.batch import BatchConsumer, ConsumerSettings
from todo_runtime.kafka.dead_letters import DeadLetters
from todo_runtime.kafka.processor import EventProcessor
from todo_runtime.kafka.raw import RawProcessor
from todo_runtime.kafka.tail import TailConsumer
from todo_runtime.kafka.typed import TypedConsumer
from todo_runtime.wire.codec import AvroCodec, SchemaNotRegistered, Undecodable
from todo_runtime.wire.headers import InvalidHeaders, meta_of
from todo_runtime.wire.record import EventMeta, Record
from todo_runtime.wire.registry import SchemaRegistry

__all__ = [
    "AvroCodec",
    "BatchConsumer",
    "ConsumerSettings",
    "DeadLetters",
    "EventMeta",
    "EventProcessor",
    "InvalidHeaders",
    "RawProcessor",
    "Record",
    "SchemaNotRegistered",
    "SchemaRegistry",
    "TailConsumer",
    "TypedConsumer",
    "Undecodable",
    "meta_of",
]
