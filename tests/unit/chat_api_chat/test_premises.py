"""What a message is understood from is kept whole."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.chat_api.chat.interpreter import (
    Context,
    Listed,
)
from services.chat_api.chat.plan import (
    Finding,
    Premises,
    from_json,
    to_json,
)
from tests.unit.chat_api_chat.samples import BERLIN, NOW

words = st.text(st.characters(codec="utf-8"), max_size=20)
tasks = st.lists(st.builds(Listed, words, words), max_size=3).map(tuple)
contexts = st.builds(Context, tasks, tasks, words)
premises = st.builds(
    Premises,
    text=words,
    said_at=st.just(NOW),
    zone=st.just(BERLIN),
    workspace=st.uuids(),
    context=contexts,
    findings=st.lists(st.builds(Finding, tasks, st.booleans(), words), max_size=3).map(tuple),
)


@given(premises)
def test_premises_survive_their_json(given_premises: Premises) -> None:
    kept = from_json(orjson.loads(orjson.dumps(to_json(given_premises))))
    assert kept == given_premises
    assert kept.readings == given_premises.readings
