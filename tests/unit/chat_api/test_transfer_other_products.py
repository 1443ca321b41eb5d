"""Files of Todoist and Vikunja: what becomes of them, and where errors are located."""

import io
import json
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument

from services.chat_api.shared.local_time import LocalTime
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer.formats import todoist, vikunja
from services.chat_api.transfer.formats.normalization import tags_from_labels, text_from_html
from services.chat_api.transfer.model import MAX_BYTES, checked

TODOIST = """\ufeff\
TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT
task,Plan party @home @Big-Day,with cake,1,1,Ada (1),,2026-12-24 9:30,en,Europe/Berlin,90,minute
task,* Invite ada@example.com,,4,2,Ada (1),,every monday,en,,,
task,Write cards,,3,3,Ada (1),,2026-12-01,en,,,
note,on paper,,,,Ada (1),,,,,,
,,,,,,,,,,,
section,Later,,,,,,,,,,
task,Rest,,2,1,Ada (1),,,en,,,
"""


def test_todoists_lines_become_tasks() -> None:
    plan, invite, write, rest = checked(todoist.read(TODOIST.encode()))
    assert (plan.draft.title, plan.draft.tags) == ("Plan party", ("big-day", "home"))
    assert (plan.draft.notes, plan.draft.priority) == ("with cake", Priority.URGENT)
    assert plan.draft.due == LocalTime(date(2026, 12, 24), time(9, 30), "Europe/Berlin")
    assert plan.draft.estimate == timedelta(minutes=90)
    assert (invite.draft.title, invite.draft.priority) == ("Invite ada@example.com", Priority.NONE)
    assert (invite.draft.notes, invite.parent) == ("Date: every monday", plan.key)
    assert (write.draft.due, write.draft.notes, write.parent) == (LocalTime(date(2026, 12, 1)), "on paper", invite.key)
    assert (rest.parent, rest.list_name, rest.draft.priority) == ("", "Later", Priority.HIGH)


def test_a_template_of_today_is_read() -> None:
    """With the line that tells how the project looks, a deadline, and seconds."""
    head = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,DATE,TIMEZONE,DURATION,DURATION_UNIT,DEADLINE,DEADLINE_LANG"
    rows = (
        "meta,view_style=board,,,,,,,,,",
        "task,Pay,rent,4,1,2026-12-24T09:30:00,Europe/Berlin,None,None,2026-12-31,en",
    )
    (pay,) = todoist.read("\r\n".join((head, *rows, "")).encode())
    assert pay.draft.due == LocalTime(date(2026, 12, 24), time(9, 30), "Europe/Berlin")
    assert (pay.draft.notes, pay.draft.estimate) == ("rent\n\nDeadline: 2026-12-31", None)


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ("task,x,5,1,", "lines[2].PRIORITY"),
        ("task,x,1,2,", "lines[2].INDENT"),
        ("task,x,1,one,", "lines[2].INDENT"),
        ("task,x,1,1,\ntask,y,1,1,2026-02-30", "lines[3].DATE"),
        ("goal,x,1,1,", "lines[2].TYPE"),
        ("task,x,1,1,\nnote," + "n" * 20_001, "lines[3].CONTENT"),
    ],
)
def test_errors_name_the_line_of_todoists_file(rows: str, field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        todoist.read(f"TYPE,CONTENT,PRIORITY,INDENT,DATE\n{rows}\n".encode())
    assert refused.value.violations[0].field == field


VIKUNJA: list[dict[str, Any]] = [
    {
        "id": 3,
        "title": "Home",
        "tasks": [
            {
                "id": 1,
                "title": "Paint",
                "description": "<p>two <b>coats</b></p><ul><li>red</li></ul>",
                "priority": 4,
                "due_date": "2026-12-01T10:00:00+01:00",
                "start_date": "0001-01-01T00:00:00Z",
                "repeat_after": 1_209_600,
                "labels": [{"title": "Around the house"}],
                "comments": [{"comment": "blue!"}],
                "reminders": [
                    {"reminder": "2026-12-01T08:00:00Z", "relative_period": -3600, "relative_to": "due_date"},
                    {"reminder": "2026-11-30T08:00:00Z"},
                ],
                "related_tasks": {"subtask": [{"id": 2}]},
            },
            {"id": 2, "title": "Buy", "done": True, "done_at": "2026-11-01T00:00:00Z", "related_tasks": None},
            {"id": 4, "title": "Ask", "repeat_mode": 1, "related_tasks": {"parenttask": [{"id": 2}]}},
        ],
    },
    {"id": 5, "title": "Empty", "tasks": None},
]


def zipped(data: bytes, name: str = "data.json") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("VERSION", "1.0.0")
        archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("pack", [bytes, zipped])
def test_vikunjas_projects_become_lists(pack: Any) -> None:
    paint, buy, ask = checked(vikunja.read(pack(json.dumps(VIKUNJA).encode())))
    assert (paint.list_name, paint.draft.tags) == ("Home", ("around-the-house",))
    assert paint.draft.priority is Priority.URGENT
    assert paint.draft.notes == "two coats\n\n- red\n\nblue!"
    assert (paint.draft.due, paint.draft.start) == (LocalTime(date(2026, 12, 1), time(9), "UTC"), None)
    assert (paint.draft.rule, paint.draft.basis) == ("FREQ=WEEKLY;INTERVAL=2", Basis.DUE)
    assert paint.draft.reminders == (
        Reminder(UNKNOWN, before=timedelta(hours=1)),
        Reminder(UNKNOWN, at=datetime(2026, 11, 30, 8, tzinfo=UTC)),
    )
    assert (buy.status, buy.completed_at, buy.parent) == (Status.COMPLETED, datetime(2026, 11, 1, tzinfo=UTC), "1")
    assert (ask.draft.rule, ask.draft.basis, ask.parent) == ("FREQ=MONTHLY", Basis.COMPLETION, "2")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"{}", "data.json"),
        (b"[\n{", "lines[2]"),
        (b"[" * 100_000, "data.json"),
        (b"[1]", "projects[0]"),
        (b'[{"tasks": {}}]', "projects[0].tasks"),
        (b'[{"tasks": [1]}]', "projects[0].tasks[0]"),
        (b'[{"tasks": [{"title": 1}]}]', "projects[0].tasks[0].title"),
        (b"[" + b"{}," * 3_000_000 + b"{}]", "data.json"),
        (b'[{"tasks": [{"priority": true}]}]', "projects[0].tasks[0].priority"),
        (b'[{"tasks": [{"due_date": "soon"}]}]', "projects[0].tasks[0].due_date"),
        (b'[{"tasks": [{"labels": [1]}]}]', "projects[0].tasks[0].labels"),
        (b"PK\x03\x04nonsense", "data.json"),
        (zipped(b"[]", "other.json"), "data.json"),
        (zipped(b" " * (MAX_BYTES + 1)), "data.json"),
    ],
)
def test_errors_name_the_location_in_vikunjas_file(data: bytes, field: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        vikunja.read(data)
    assert refused.value.violations[0].field == field


@given(st.binary() | st.binary().map(lambda data: b"PK\x03\x04" + data), st.sampled_from([todoist.read, vikunja.read]))
def test_no_bytes_do_more_than_be_refused(data: bytes, read: Any) -> None:
    with suppress(InvalidArgument):
        checked(read(data))


@given(st.lists(st.text(max_size=80)))
def test_labels_become_tags(labels: list[str]) -> None:
    assert all(0 < len(tag) <= 64 and " " not in tag for tag in tags_from_labels(labels))


@pytest.mark.parametrize("priority", [6, 100])
def test_vikunjas_priorities_go_on_for_ever(priority: int) -> None:
    (item,) = vikunja.read(json.dumps([{"title": "p" * 250, "tasks": [{"title": "x", "priority": priority}]}]).encode())
    assert (item.draft.priority, item.list_name) == (Priority.URGENT, "p" * 200)


@pytest.mark.parametrize("piece", ["<", "<![", "<a ", "<a", "<p>&", "&lt;", "<!--", "a"])
def test_no_markup_takes_more_time_than_its_length(piece: str) -> None:
    started = process_time()
    text_from_html(f"<p><{piece * 1_000_000}")
    assert process_time() - started < 5


def test_markup_becomes_text() -> None:
    html = '<h1 class="a">A &amp; b</h1><ul data-type="taskList"><li><p>1 &lt; 2</p></li></ul><br/>2 < 3 <!DOCTYPE x>'
    assert text_from_html(html) == "A & b\n\n- \n1 < 2\n2 < 3 <!DOCTYPE x>"


def test_text_without_markup_stays() -> None:
    assert text_from_html("1 & 2\n\n\n3") == "1 & 2\n\n\n3"
