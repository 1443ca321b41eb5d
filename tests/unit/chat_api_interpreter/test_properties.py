"""What holds for every text."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.chat_api.chat.interpreter import (
    Add,
    Memory,
    RecurrenceRule,
    TaskRef,
    adding,
    changing,
    interpret,
    listing,
)
from services.chat_api.chat.interpreter.due import LocalNow
from services.chat_api.chat.interpreter.words import tokenize

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Asia/Kolkata")]
VOCABULARY = (
    "add done delete move to rename list today overdue tomorrow at 9 9pm 17:30 noon midnight every day 2 weeks on the "
    "1st last monday and remind me 10 minutes before in hours next week 24 dec 2026-12-24 2026-12-24T09:00 !high #home "
    "milk eggs , . ? : \" “ ” ' half an a of month year 31 feb 0 999999 it all 1-3 is as not by for until"
)
FIRST_WORDS = sorted(changing.FIRST_WORDS | adding.FIRST_WORDS | listing.FIRST_WORDS)

instants = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
texts = st.text(max_size=400) | st.lists(st.sampled_from(VOCABULARY.split()), max_size=40).map(" ".join)
memories = st.builds(
    Memory,
    listed=st.lists(st.builds(TaskRef, st.text(), st.text()), max_size=4).map(tuple),
    mentioned=st.lists(st.builds(TaskRef, st.text(), st.text()), max_size=2).map(tuple),
    pending=texts,
)


@given(texts, instants, st.sampled_from(ZONES), memories)
def test_any_text_has_a_meaning_and_only_one(text: str, now: datetime, zone: ZoneInfo, memory: Memory) -> None:
    first = interpret(text, now, zone, memory)
    assert first
    assert first == interpret(text, now, zone, memory)


@given(
    st.text(min_size=1, max_size=100).filter(lambda t: t.strip() and not set('"“”') & set(t) and t.isprintable()),
    st.sampled_from(["", " tomorrow at 9", " !high #home", " every sunday at 9, remind me 10 minutes before"]),
)
def test_a_quoted_title_survives_whatever_it_is(title: str, suffix: str) -> None:
    (line,) = interpret(f'add "{title}"{suffix}', datetime(2026, 11, 25, tzinfo=UTC), ZONES[1], Memory())
    assert isinstance(line.command, Add)
    assert line.command.draft.title == title.strip()


@given(
    st.lists(st.sampled_from(["buy", "milk", "Ünïcode", "café", "x-ray", "2", "it's", "(soon)", "日本"]), min_size=1),
    st.sampled_from(["", " tomorrow", " !high", " #home", " on friday at 17:30", " every 2 weeks"]),
)
def test_a_plain_title_survives(words: list[str], suffix: str) -> None:
    title = " ".join(words)
    (line,) = interpret(f"add {title}{suffix}", datetime(2026, 11, 25, tzinfo=UTC), ZONES[1], Memory())
    assert isinstance(line.command, Add)
    assert line.command.draft.title == title


@given(
    st.builds(
        RecurrenceRule,
        st.sampled_from(["WEEKLY", "MONTHLY"]),
        weekdays=st.sets(st.integers(0, 6), max_size=3).map(lambda days: tuple(sorted(days))),
        month_days=st.sampled_from([(), (1,), (31,), (-1,), (1, 15)]),
    ),
    st.dates(date(1990, 1, 1), date(2200, 1, 1)),
)
def test_the_first_day_of_a_repeat_is_one_of_its_days(repeat: RecurrenceRule, earliest: date) -> None:
    first = repeat.first_day(earliest)
    assert first >= earliest
    assert not repeat.weekdays or first.weekday() in repeat.weekdays
    tomorrow_is_first = (first + timedelta(days=1)).day == 1
    assert not repeat.month_days or first.day in repeat.month_days or (repeat.month_days == (-1,) and tomorrow_is_first)


@given(
    st.lists(st.sampled_from([*FIRST_WORDS, *VOCABULARY.split()]), min_size=1, max_size=8).map(" ".join),
    instants,
    st.sampled_from(ZONES),
    memories,
)
def test_what_a_parser_understands_begins_with_one_of_its_first_words(
    text: str, now: datetime, zone: ZoneInfo, memory: Memory
) -> None:
    words, local_now = tokenize(text), LocalNow(now.astimezone(zone), zone)
    first = words.trimmed().key(0)
    assert changing.parse_change(words, memory, local_now) is None or first in changing.FIRST_WORDS
    assert adding.parse_add(words, local_now) is None or first in adding.FIRST_WORDS
    assert listing.parse_list(words, local_now) is None or first in listing.FIRST_WORDS
