"""The cluster's topics, users and rights say what the catalogue says, and nothing more."""

from typing import Any

import yaml
from todo_contracts.generate.kafka_resources import kafka_resources
from todo_contracts.generate.pipeline import load_wiring

from tests.unit.todo_contracts.small_repository import Sample


def resources(sample: Sample, file: str) -> dict[str, dict[str, Any]]:
    text = kafka_resources(load_wiring(sample.layout))[file]
    return {one["metadata"]["name"]: one for one in yaml.safe_load_all(text)}


def rights(user: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (acl["resource"]["type"], acl["resource"]["name"], operation)
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }


def test_a_topic_has_the_partitions_and_the_retention_of_the_catalogue(sample: Sample) -> None:
    topics = resources(sample, "topics.yaml")
    config = {"cleanup.policy": "delete", "retention.ms": 7 * 86_400_000}
    assert topics["note-events"]["spec"] == {"partitions": 3, "config": config}
    assert topics["reader-dead-letters"]["spec"]["config"]["retention.ms"] == -1


def test_a_producer_may_only_write_its_topics(sample: Sample) -> None:
    notes = resources(sample, "users.yaml")["notes"]
    assert rights(notes) == {("topic", "note-events", "Describe"), ("topic", "note-events", "Write")}


def test_a_consumer_may_read_its_topics_with_its_group_and_write_its_dead_letters(sample: Sample) -> None:
    reader = resources(sample, "users.yaml")["reader"]
    assert rights(reader) == {
        ("topic", "note-events", "Describe"),
        ("topic", "note-events", "Read"),
        ("topic", "reader-dead-letters", "Describe"),
        ("topic", "reader-dead-letters", "Write"),
        ("group", "reader", "Describe"),
        ("group", "reader", "Read"),
    }


def test_a_consumer_without_a_database_may_see_its_group_and_not_join_it(sample: Sample) -> None:
    sample.edit("services/reader/service.yaml", "database: true", "database: false")
    reader = resources(sample, "users.yaml")["reader"]
    assert {right for right in rights(reader) if right[0] == "group"} == {("group", "reader", "Describe")}
