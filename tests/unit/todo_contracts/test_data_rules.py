"""Rules beyond types: sound ones are accepted and generated where they hold, and each kind of wrong one is rejected."""

import json
from typing import Any

import pytest
from todo_contracts.avro_source import load_library
from todo_contracts.check.everything import check
from todo_contracts.check.rules import rule_problems
from todo_contracts.data_rules import load_rules, rules_in
from todo_contracts.generate import pipeline

from tests.unit.todo_contracts.small_repository import Sample

NOTE = "avro/types/Note"
ADDED = "avro/note-events/NoteAdded"
FILE = f"{NOTE}/1.rules.yaml"
SEEN = "this.seen_at == null || this.seen_at >= this.written_at"
SHOWN = f"{NOTE}/counterexamples/1-seen-after-written.json"
UNSEEN: dict[str, Any] = {
    "id": "01935d7e-0000-7000-8000-000000000001",
    "text": "milk",
    "mood": "GLAD",
    "written_at": "2026-11-20T08:00:00Z",
    "seen_at": "2026-11-20T07:00:00Z",
}


def rule(
    id_: str = "seen-after-written", cel: str = SEEN, message: str = "A note is seen after it was written."
) -> str:
    return f"  - id: {id_}\n    cel: {json.dumps(cel)}\n    message: {message}\n"


def put(sample: Sample, *rules: str, file: str = FILE) -> None:
    sample.write(file, "rules:\n" + "".join(rules))


def show(sample: Sample, file: str = SHOWN, **changes: Any) -> None:
    sample.write(file, json.dumps(UNSEEN | changes))


def problems(sample: Sample) -> list[str]:
    return [str(one) for one in rule_problems(sample.layout, load_library(sample.layout))]


def assert_rejected(sample: Sample, file: str, words: str) -> None:
    found = problems(sample)
    assert any(one.startswith(f"{file}: ") and words in one for one in found), found


def test_sound_rules_are_accepted_and_every_check_sees_the_others(sample: Sample) -> None:
    put(sample, rule())
    show(sample)
    pipeline.generate(sample.layout)
    # The versions of this repository are published, so to add rules to them is refused, and nothing else.
    assert {one.what.partition(" since ")[0] for one in check(sample.layout)} == {"was added, and it is published"}
    show(sample, seen_at=None)
    assert any("keeps rule seen-after-written" in one.what for one in check(sample.layout))


def test_a_rule_of_a_shared_type_holds_wherever_it_lies(sample: Sample) -> None:
    put(sample, rule())
    put(sample, rule("is-heavy", "this.weight > 0.0", "It weighs something."), file=f"{ADDED}/1.rules.yaml")
    library = load_library(sample.layout)
    files = load_rules(sample.layout, library)
    placed = [(one.path, one.id) for one in rules_in(library.newest("todo.note_events.v1.NoteAdded"), library, files)]
    shared = [(place, "seen-after-written") for place in ("note", "answers", "others[]")]
    assert placed == [("", "is-heavy"), *shared]
    module = pipeline.own_modules(sample.layout)["todo/note_events/v1/__init__.py"]
    assert module.count("id='seen-after-written'") == len(shared)


def test_the_rules_of_an_older_version_stay_with_it(sample: Sample) -> None:
    put(sample, rule())
    sample.copy(f"{NOTE}/1.avsc", f"{NOTE}/2.avsc")
    sample.schema(f"{ADDED}/1.avsc", lambda one: one["x-types"].update({"todo.types.v1.Note": 2}), f"{ADDED}/2.avsc")
    library = load_library(sample.layout)
    files = load_rules(sample.layout, library)
    versions = library.events["todo.note_events.v1.NoteAdded"]
    assert [len(list(rules_in(versions[number], library, files))) for number in (1, 2)] == [3, 0]


FILES = [
    ("rules: [", "is not YAML"),
    ("- a", "does not hold a mapping"),
    ("rules: 7", "rules is 7"),
    ("rules: [a]", "holds something other than mappings"),
    ("rules: []\nrule: []", "rule is not a known key"),
    ("rules:\n  - {id: a, cel: 'true'}", "rules[0].message is missing"),
    ("rules:\n  - {id: a, message: b}", "rules[0].cel is missing"),
    ("rules:\n  - {id: a, cel: x, message: b, level: c}", "rules[0].level is not a known key"),
    ("rules:\n" + rule("Seen_late"), "the rule id 'Seen_late' is not kebab-case"),
    ("rules:\n" + rule() + rule(), "has two rules seen-after-written"),
]


@pytest.mark.parametrize(("text", "words"), FILES)
def test_a_wrong_file_is_rejected(sample: Sample, text: str, words: str) -> None:
    sample.write(FILE, text)
    show(sample)
    assert_rejected(sample, FILE, words)


@pytest.mark.parametrize("name", ["2.rules.yaml", "rules.yaml", "01.rules.yaml", "1.rules.yml"])
def test_a_file_of_no_version_is_rejected(sample: Sample, name: str) -> None:
    put(sample, rule(), file=f"{NOTE}/{name}")
    assert_rejected(sample, f"{NOTE}/{name}", "holds the rules of no version")
    assert any(one.file == f"{NOTE}/{name}" for one in check(sample.layout, generated=False))


TEXTS = [
    ("this.seen_at >=", "doesn't compile"),
    ("this.sen_at == null", "names this.sen_at, which doesn't exist"),
    ("this.text.length > 0", "names this.text.length, which doesn't exist"),
    ("this.seen_at == null || that.text == ''", "names that, which is nothing"),
    ("trim(this.text) != ''", "calls trim"),
    ("has(this.text)", "asks whether a record has a field"),
    ("size(this) > 0", "uses `this` without a field"),
    ("1 == 1", "names no field"),
]


@pytest.mark.parametrize(("cel", "words"), TEXTS)
def test_an_unsound_text_is_rejected(sample: Sample, cel: str, words: str) -> None:
    put(sample, rule(cel=cel))
    show(sample)
    assert_rejected(sample, FILE, f"rule seen-after-written {words}")


@pytest.mark.parametrize("macro", ["all", "exists", "exists_one", "filter", "map"])
def test_the_items_of_lists_have_only_their_fields(sample: Sample, macro: str) -> None:
    file = f"{ADDED}/1.rules.yaml"
    put(sample, rule(cel=f"size(this.others) == 0 || this.others.{macro}(one, one.sen_at == null)"), file=file)
    assert_rejected(sample, file, "names one.sen_at, which doesn't exist")


EXAMPLES = [
    ("this.text != 'milk'", "note: A note is"),
    ("this.text", "at note: it gives a value of type str"),
    ("this.seen_at >= this.written_at", "at others[0]: it can't be evaluated"),
]


@pytest.mark.parametrize(("cel", "words"), EXAMPLES)
def test_a_rule_that_a_golden_example_breaks_is_rejected(sample: Sample, cel: str, words: str) -> None:
    put(sample, rule(cel=cel))
    show(sample)
    assert_rejected(sample, f"{ADDED}/examples/1-full.json", words)


def test_a_rule_that_is_not_shown_to_reject_anything_is_rejected(sample: Sample) -> None:
    put(sample, rule())
    assert_rejected(sample, FILE, "rule seen-after-written is not shown to reject anything")


def test_a_rule_may_be_shown_in_more_than_one_way(sample: Sample) -> None:
    put(sample, rule())
    show(sample, file=SHOWN.replace(".json", ".by-a-year.json"), seen_at="2025-11-20T07:00:00Z")
    assert problems(sample) == []


def test_a_counterexample_breaks_its_rule_and_no_other(sample: Sample) -> None:
    put(sample, rule(), rule("is-glad", "this.mood != 'SAD'", "It is not sad."))
    show(sample, mood="SAD")
    show(sample, file=f"{NOTE}/counterexamples/1-is-glad.json", mood="SAD", seen_at=None)
    assert_rejected(sample, SHOWN, "breaks rule is-glad of avro/types/Note/1.rules.yaml")
    show(sample, seen_at=None)
    assert_rejected(sample, SHOWN, "keeps rule seen-after-written")


def test_a_counterexample_makes_its_rule_false_and_does_not_only_confuse_it(sample: Sample) -> None:
    put(sample, rule(cel="this.mood != 'SAD' || this.seen_at >= this.written_at"))
    show(sample, mood="SAD", seen_at=None)
    assert_rejected(sample, SHOWN, "it can't be evaluated")


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "x"}', json.dumps(UNSEEN | {"mood": "BLUE"})])
def test_a_counterexample_fits_its_schema(sample: Sample, text: str) -> None:
    put(sample, rule())
    sample.write(SHOWN, text)
    assert_rejected(sample, SHOWN, "doesn't fit")


@pytest.mark.parametrize("name", ["1-other.json", "2-seen-after-written.json", "seen-after-written.json", "1.json"])
def test_a_counterexample_of_no_rule_is_rejected(sample: Sample, name: str) -> None:
    put(sample, rule())
    show(sample)
    show(sample, file=f"{NOTE}/counterexamples/{name}")
    assert_rejected(sample, f"{NOTE}/counterexamples/{name}", "is a counter-example of no rule")
