"""The plan of a message is kept whole."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.chat_api.chat.interpreter import Memory, TaskRef
from services.chat_api.chat.plan import MessagePlan, Resolution, plan_from_json, plan_to_json
from tests.unit.chat_api_chat.samples import BERLIN, NOW

words = st.text(st.characters(codec="utf-8"), max_size=20)
tasks = st.lists(st.builds(TaskRef, words, words), max_size=3).map(tuple)
memories = st.builds(Memory, tasks, tasks, words)
plans = st.builds(
    MessagePlan,
    text=words,
    sent_at=st.just(NOW),
    zone=st.just(BERLIN),
    workspace=st.uuids(),
    memory=memories,
    resolutions=st.lists(st.builds(Resolution, tasks, st.booleans(), words), max_size=3).map(tuple),
)

OLD: dict[str, Any] = {
    "text": "done milk",
    "said_at": "2026-11-25T10:00:00+00:00",
    "zone": "Europe/Berlin",
    "workspace": "00000000-0000-0000-0000-000000000001",
    "context": {"listed": [["workspaces/w/tasks/1", "milk"]], "mentioned": [], "pending": "delete milk"},
    "findings": [{"tasks": [["workspaces/w/tasks/1", "milk"]], "ambiguous": False, "missing": ""}],
}
"""A row of the first release."""


@given(plans)
def test_a_plan_survives_its_json(plan: MessagePlan) -> None:
    kept = plan_from_json(orjson.loads(orjson.dumps(plan_to_json(plan))))
    assert kept == plan
    assert kept.lines == plan.lines


def test_releases_read_the_plans_of_each_other() -> None:
    milk = TaskRef("workspaces/w/tasks/1", "milk")
    plan = MessagePlan(
        "done milk",
        datetime(2026, 11, 25, 10, tzinfo=UTC),
        ZoneInfo("Europe/Berlin"),
        UUID(int=1),
        Memory((milk,), (), "delete milk"),
        (Resolution((milk,)),),
    )
    assert plan_from_json(OLD) == plan
    assert plan_to_json(plan) == OLD
