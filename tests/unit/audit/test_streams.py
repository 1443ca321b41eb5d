"""Whose streams there are agrees with the catalogue."""

from pathlib import Path
from uuid import UUID

import pytest
from todo_contracts.catalogue import load_catalogue
from todo_contracts.layout import Layout, find_root
from todo_runtime.errors import InvalidArgument

from services.audit.consumer import TOPICS
from services.audit.domain.streams import OWNERS, Owner, Parent, topics_named

ID = UUID(int=1)


def test_every_topic_that_audit_consumes_has_an_owner_as_the_catalogue_says() -> None:
    catalogue = load_catalogue(Layout(find_root(Path(__file__))))
    consumed = {name: topic for name, topic in catalogue.items() if "audit" in topic.consumers}
    meaning = {"workspace id": Owner.WORKSPACE, "user id": Owner.PERSON}
    assert {name: meaning[topic.key.meaning] for name, topic in consumed.items()} == OWNERS
    assert set(TOPICS) == set(OWNERS)


def test_an_empty_topic_means_the_usual_one() -> None:
    assert Parent(Owner.WORKSPACE, ID).topic("") == "task-events"
    assert Parent(Owner.PERSON, ID).topic("") == "notifications"
    assert Parent(Owner.WORKSPACE, ID).topic("reminders") == "reminders"


@pytest.mark.parametrize("topic", ["notifications", "audit-dead-letters", "x"])
def test_a_topic_of_others_is_refused_with_the_field(topic: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Parent(Owner.WORKSPACE, ID).topic(topic)
    assert [violation.field for violation in caught.value.violations] == ["topic"]


def test_all_topics_of_a_parent() -> None:
    assert set(Parent(Owner.PERSON, ID).topics("")) == {"identity-events", "notifications"}
    assert Parent(Owner.PERSON, ID).topics("notifications") == ("notifications",)


def test_topics_by_name() -> None:
    assert set(topics_named("")) == set(OWNERS)
    with pytest.raises(InvalidArgument):
        topics_named("x")
