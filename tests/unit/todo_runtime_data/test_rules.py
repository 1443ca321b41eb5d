"""Rules of events: what is given to the engine changes no meaning, and what is broken is named with its place."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import cel
import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo.task_events.v1 import TaskCreated
from todo.types.v1 import LocalTime, Priority, Reminder, Task, TaskStatus
from todo_runtime.errors import PermanentlyBad
from todo_runtime.wire import rules
from todo_runtime.wire.cel_text import InvalidRule, chains_of, tokens_of
from todo_runtime.wire.expressions import Rules
from todo_runtime.wire.projection import FUNCTIONS, Projection

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class OneRule:
    cel: str
    path: str = ""
    id: str = "a-rule"
    message: str = "It holds."


def places(rule: OneRule, record: dict[str, Any]) -> list[tuple[str, bool]]:
    """Where it is broken, and whether by a fault; `hold` agrees."""
    found = Rules([rule])
    broken = found.broken(record)
    assert found.hold(record) == (not broken)
    return [(one.path, bool(one.fault)) for one in broken]


ATOMS = [
    "this.t == null",
    "this.t != null",
    'this.t == "x"',
    "this.t != 'Europe/Berlin'",
    '"x" == this.t',
    "this.t == this.u",
    "this.a == null",
    "this.a >= 2",
    "size(this.t) > 1",
    "size(this.l) == 2",
    "this.l.all(one, one != '')",
    "this.l.exists(one, isTimeZone(one))",
    "isTimeZone(this.t)",
    "this.n == null",
    "this.n != null",
    "this.n.t == null",
    "this.n.t == 'x'",
    "size(this.n.t) == 1",
    "isTimeZone(this.n.t)",
    "this.n.a < 3",
    "this.t.startsWith('x')",
    "this.a + 1 > 2",
    "true == this.b == null",
    "this.b == null == this.b",
    "!this.b",
    "-this.a < 0",
    'this.t == "x" + "y"',
    "(this.a == null ? 'x' : this.t) == 'x'",
]
EXPRESSIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda three: f"({' '.join(three)})"),
        inner.map(lambda one: f"!({one})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
    ),
    max_leaves=5,
)
TEXTS = st.one_of(st.none(), st.sampled_from(["", "x", "xy", "Europe/Berlin", "\u00dc\U0001f3bb", "this.t"]))
INNER = {"t": TEXTS, "a": st.one_of(st.none(), st.integers(0, 4))}
RECORDS = st.fixed_dictionaries(
    INNER
    | {
        "u": TEXTS,
        "b": st.one_of(st.none(), st.booleans()),
        "l": st.lists(st.sampled_from(["", "x", "UTC"]), max_size=3),
        "n": st.one_of(st.none(), st.fixed_dictionaries(INNER)),
    }
)


def outcome(program: cel.Program, variables: dict[str, Any]) -> object:
    try:
        return program.execute(cel.Context(variables, dict(FUNCTIONS)))
    except Exception:  # noqa: BLE001 - the engine has no error class of its own
        return "an error"


@given(EXPRESSIONS, RECORDS)
def test_the_projection_changes_no_meaning(text: str, record: dict[str, Any]) -> None:
    projection = Projection()
    rewritten = projection.rewritten(text, ())
    plain = outcome(cel.compile(text), {"this": record})
    assert outcome(cel.compile(rewritten), projection.of(record)) == plain


@given(st.lists(EXPRESSIONS, min_size=1, max_size=4), RECORDS)
def test_together_rules_hold_exactly_when_each_does(texts: list[str], record: dict[str, Any]) -> None:
    alone = [outcome(cel.compile(text), {"this": record}) is True for text in texts]
    rules_ = Rules([OneRule(text, id=str(place)) for place, text in enumerate(texts)])
    assert rules_.hold(record) == all(alone)
    assert [one.rule.id for one in rules_.broken(record)] == [str(n) for n, holds in enumerate(alone) if not holds]


def test_only_names_that_begin_with_a_root_are_chains() -> None:
    tokens = tokens_of("that.this.a + this . b.c() // this.d\n == 'this.e' + r'\\' + this.f[0].g")
    assert [chain.fields for chain in chains_of(tokens, ("this",))] == [("b",), ("f",)]
    assert " ".join(tokens_of(r"""'a\'b' "c" 1.5>=x""")) == r"""'a\'b' "c" 1.5 >= x"""


def test_a_rule_holds_at_every_place_and_where_nothing_is() -> None:
    record = {"a": {"l": [{"x": 1}, {"x": -1}, None, {"x": -2}]}, "m": {"k": {"x": -3}}, "n": None}
    assert places(OneRule("this.x > 0", "a.l[]"), record) == [("a.l[1]", False), ("a.l[3]", False)]
    assert places(OneRule("this.x > 0", "m[]"), record) == [("m[k]", False)]
    assert places(OneRule("this.x > 0", "n"), record) == []
    assert places(OneRule("this.x > 0", "n.l[]"), record) == []
    assert places(OneRule("this.x > 0", "n.o"), record) == []


def test_a_rule_that_fails_or_is_no_truth_counts_as_broken() -> None:
    assert places(OneRule("this.x > 0"), {"x": None}) == [("", True)]
    assert places(OneRule("this.x"), {"x": 1}) == [("", True)]
    assert places(OneRule("[this.x].all(y, isTimeZone(y))"), {"x": None}) == [("", True)]


def test_a_record_without_its_fields_is_left_to_the_encoder() -> None:
    assert Rules([OneRule("this.x > 0")]).broken({}) == []
    assert Rules([OneRule("this.x > 0", "l[]")]).broken({"l": 7}) == []


@pytest.mark.parametrize("text", ["this.", "this == null", "a ==", ""])
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(InvalidRule):
        Rules([OneRule(text)])


def task(**changes: Any) -> Task:
    whole: dict[str, Any] = {
        "id": uuid4(),
        "workspace_id": uuid4(),
        "title": "secret words",
        "notes": "",
        "status": TaskStatus.OPEN,
        "priority": Priority.NONE,
        "tags": [],
        "position": "a0",
        "reminders": [],
        "created_at": NOW,
        "created_by": uuid4(),
        "updated_at": NOW,
        "updated_by": uuid4(),
        "etag": "1",
    }
    return Task(**whole | changes)


def created(**changes: Any) -> TaskCreated:
    return TaskCreated(task=task(**changes), changed_fields=["title"], actor_id=uuid4())


def refusal(event: TaskCreated) -> str:
    with pytest.raises(PermanentlyBad) as refused:
        rules.enforce(event)
    assert refused.value.reason == "CONTRACT_VIOLATION"
    assert "secret words" not in refused.value.message
    return refused.value.message


NINE = {"date": "2026-12-01", "time": "09:00:00", "time_zone": "Europe/Berlin", "instant": NOW}


def test_an_event_that_keeps_its_contract_passes() -> None:
    rules.enforce(created())
    reminders = [Reminder(id=uuid4(), before_due_seconds=60, fires_at=NOW), Reminder(id=uuid4(), at=NOW, fires_at=NOW)]
    rules.enforce(created(due=LocalTime(**NINE), start=LocalTime(date="2026-12-01"), reminders=reminders))  # type: ignore[arg-type]


def test_an_event_that_breaks_its_contract_is_refused_with_rule_place_and_sentence() -> None:
    message = refusal(created(completed_at=NOW))
    assert message == (
        "The event todo.task_events.v1.TaskCreated breaks its contract. Rule completed-has-time at task:"
        " A completed task has the time of its completion, and no other task has one."
    )
    assert "Rule zone-is-iana at task.due:" in refusal(created(due=LocalTime(**NINE | {"time_zone": "Berlin"})))  # type: ignore[arg-type]
    reminders = [Reminder(id=uuid4(), before_due_seconds=60), Reminder(id=uuid4(), before_due_seconds=60, at=NOW)]
    assert "Rule relative-or-absolute at task.reminders[1]:" in refusal(created(reminders=reminders))
    both = refusal(created(status=TaskStatus.DROPPED, updated_at=NOW - timedelta(microseconds=1)))
    assert "Rule is-open:" in both
    assert "Rule updated-after-created at task:" in both


def test_the_rules_of_an_event_are_plain_data() -> None:
    assert json.loads(json.dumps([vars(one) for one in TaskCreated.SCHEMA.rules]))[0]["path"] == ""
