"""The plan of a message is kept whole."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.chat_api.chat.interpreter import Memory, TaskRef
from services.chat_api.chat.plan import MessagePlan, Resolution, from_json, to_json
from tests.unit.chat_api_chat.samples import BERLIN, NOW

words = st.text(st.characters(codec="utf-8"), max_size=20)
tasks = st.lists(st.builds(TaskRef, words, words), max_size=3).map(tuple)
memories = st.builds(Memory, tasks, tasks, words)
plans = st.builds(
    MessagePlan,
    text=words,
    said_at=st.just(NOW),
    zone=st.just(BERLIN),
    workspace=st.uuids(),
    context=memories,
    findings=st.lists(st.builds(Resolution, tasks, st.booleans(), words), max_size=3).map(tuple),
)


@given(plans)
def test_a_plan_survives_its_json(plan: MessagePlan) -> None:
    kept = from_json(orjson.loads(orjson.dumps(to_json(plan))))
    assert kept == plan
    assert kept.readings == plan.readings
