"""Makes Kafka and a PostgreSQL that was restored to an earlier moment fit together again.

Run it after such a restore, before any service starts:

    .venv/bin/python scripts/after-restore.py --kafka HOST:PORT --postgres 'postgresql://postgres@HOST:PORT/{service}'

Kafka then knows more than the databases do. Two things have to be told to them:

* Consumers have to read again what the restore made them forget: their groups are deleted, so that they begin at the
  beginning; what an inbox still knows is dropped there, as always.
* Producers must not use a number again that a lost event had: the sequence of each stream is moved behind the newest
  event that Kafka has of it. Otherwise consumers would take new events for old ones.

It may be run again; a restore to the last moment does not need it. Passwords come from PGPASSWORD or PGPASSFILE.
Exit codes: 0 done, 1 something did not answer or a group still has members.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID, uuid4

import psycopg
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from todo_runtime.kafka.batch import record_of
from todo_runtime.wire.headers import InvalidHeaders, meta_of

SERVICES = ("audit", "chat_api", "notification", "recurring_task")
GROUPS = ("audit", "notification", "recurring_task")
SOURCE = "/todo/"
ANSWER_SECONDS = 20.0
SESSION_SECONDS = 30.0
"""How long a group may still have members that are gone: a session lasts ten seconds."""

RAISE = """
INSERT INTO streams AS s (topic, key, sequence)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::bigint[])
ON CONFLICT (topic, key) DO UPDATE SET sequence = excluded.sequence WHERE s.sequence < excluded.sequence
"""

Heads = Mapping[tuple[str, UUID], int]
"""The newest sequence of each stream."""


def main() -> int:
    """Does both; says what it did."""
    given = _arguments()
    try:
        for group in GROUPS:
            print(f"group {group}: {forget(AdminClient(given.kafka), group)}")
        found = heads(given.kafka)
        for service in SERVICES:
            raised = move(given.postgres.format(service=service), found[service])
            print(f"{service}: {raised} of {len(found[service])} streams moved")
    except (KafkaException, psycopg.Error) as error:
        print(f"after-restore: {error}", file=sys.stderr)
        return 1
    return 0


def forget(admin: AdminClient, group: str) -> str:
    """Deletes a group, whose members must have ended. Raises KafkaException when they have not."""
    end = monotonic() + SESSION_SECONDS
    while True:
        try:
            admin.delete_consumer_groups([group], request_timeout=ANSWER_SECONDS)[group].result()
        except KafkaException as error:
            code = error.args[0].code()
            if code == KafkaError.GROUP_ID_NOT_FOUND:
                return "there is none"
            if code != KafkaError.NON_EMPTY_GROUP or monotonic() > end:
                raise
            sleep(1)
        else:
            return "begins anew"


def heads(kafka: Mapping[str, str]) -> Mapping[str, Heads]:
    """The newest sequence of every stream in Kafka, by the service that it is of."""
    found: dict[str, dict[tuple[str, UUID], int]] = defaultdict(dict)
    for message in _everything(kafka):
        try:
            meta = meta_of(record_of(message))
        except InvalidHeaders:
            continue
        streams, stream = found[meta.source.removeprefix(SOURCE)], (meta.topic, meta.key)
        streams[stream] = max(meta.sequence, streams.get(stream, 0))
    return found


def move(dsn: str, newest: Heads) -> int:
    """Moves the streams of one database that are behind; how many were."""
    streams = sorted(newest)
    columns = [topic for topic, _ in streams], [key for _, key in streams], [newest[one] for one in streams]
    with psycopg.connect(dsn) as connection:
        return connection.execute(RAISE, columns).rowcount


def _everything(kafka: Mapping[str, str]) -> Iterator[Message]:
    """Every message of every topic, up to the ends that the topics have now."""
    consumer = Consumer({**kafka, "group.id": f"after-restore-{uuid4()}", "enable.partition.eof": True})
    try:
        topics = consumer.list_topics(timeout=ANSWER_SECONDS).topics
        partitions = [TopicPartition(name, n, 0) for name, topic in topics.items() for n in topic.partitions]
        consumer.assign([one for one in partitions if not one.topic.startswith("_")])
        left = len(consumer.assignment())
        while left:
            message = consumer.poll(ANSWER_SECONDS)
            if message is None:
                raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "the topics can't be read to their ends"))  # noqa: SLF001
            if (error := message.error()) is None:
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001
                left -= 1
            else:
                raise KafkaException(error)
    finally:
        consumer.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--kafka", required=True, metavar="HOST:PORT", help="the bootstrap address")
    parser.add_argument("--kafka-properties", type=Path, metavar="FILE", help="more of librdkafka's settings, e.g. TLS")
    parser.add_argument("--postgres", required=True, metavar="URL", help="with {service} for the database's name")
    given = parser.parse_args()
    lines = given.kafka_properties.read_text().splitlines() if given.kafka_properties else []
    more = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    given.kafka = {"bootstrap.servers": given.kafka, "auto.offset.reset": "earliest", **more}
    return given


if __name__ == "__main__":
    sys.exit(main())
