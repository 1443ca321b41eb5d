"""iCalendar (RFC 5545): one VTODO per task. What RFC 5545 has no property for is in properties that begin with X-TODO.

Every kind of line break in a text becomes a single newline; other control characters can't be in such a file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Alarm, Calendar, Timezone, Todo
from icalendar.prop import vRecur, vText
from todo_calendar.local_time import to_utc

from services.chat_api.shared.local_time import LocalTime, zone_of
from services.chat_api.tasks.domain.model import Basis, Priority, Reminder, Status, TaskDraft
from services.chat_api.tasks.domain.reminders import UNKNOWN
from services.chat_api.transfer.formats.content_lines import ZONE, supported_lines
from services.chat_api.transfer.formats.normalization import tags_from_labels
from services.chat_api.transfer.model import FileTask, bad_file, decoded

HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//todo//tasks//EN\r\n"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATUS = {Status.OPEN: "NEEDS-ACTION", Status.COMPLETED: "COMPLETED", Status.DROPPED: "CANCELLED"}
_PRIORITY = {Priority.URGENT: 1, Priority.HIGH: 3, Priority.MEDIUM: 5, Priority.LOW: 7}
_ESCAPED = re.compile(r"\\(.)")
_SPECIAL = re.compile(r"[\\;,]")
_BREAKS = re.compile("\r\n?")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_MAX_ZONES = 100
_BAD_FILE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)
"""What the library raises for invalid files; its own errors are ValueErrors."""


class _Text(vText):
    """A text that survives a round trip: the library's own reads `\\N` as a line break, also in what people write."""

    def to_ical(self) -> bytes:
        """Escaped as RFC 5545, 3.3.11, says."""
        return _SPECIAL.sub(r"\\\g<0>", str(self)).replace("\n", "\\n").encode()


class Writer:
    """Writes one file. Its time zones come last: only then is it known which are used."""

    def __init__(self) -> None:
        self._zones: set[str] = set()

    def write(self, items: Sequence[FileTask]) -> bytes:
        """The components of some tasks."""
        for item in items:
            self._zones |= {time.zone for time in (item.draft.due, item.draft.start) if time and time.zone}
        return b"".join(_component(item).to_ical() for item in items)

    def tail(self) -> bytes:
        """What follows the last task."""
        zones = (Timezone.from_tzid(zone).to_ical() for zone in sorted(self._zones - {"UTC"}))
        return b"".join(zones) + b"END:VCALENDAR\r\n"


def read(data: bytes) -> list[FileTask]:
    """The tasks of a file. Raises InvalidArgument with the location, e.g. `todos[3].due`; the first is 0."""
    text = supported_lines(decoded(data))
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except _BAD_FILE as error:
        raise bad_file("calendar", f"This is not an iCalendar file: {str(error)[:200]}") from None
    return list(_Reader().items(calendars))


class _Zones:
    """The time zones that one file defines, by their definition."""

    def __init__(self) -> None:
        self._zones: dict[bytes, tzinfo] = {}

    def zone_of(self, definition: Any) -> tzinfo:
        """The zone of a definition. Raises ValueError for one too many."""
        text = definition.to_ical()
        if text not in self._zones:
            if len(self._zones) == _MAX_ZONES:
                raise ValueError(f"a file has at most {_MAX_ZONES} time zones of its own")
            zone = Timezone()
            zone.update(definition)
            zone.subcomponents = definition.subcomponents
            self._zones[text] = zone.to_tz(lookup_tzid=False)
        return self._zones[text]


class _Reader:
    """Reads the calendars of one file."""

    def __init__(self) -> None:
        self._zones = _Zones()
        self._count = 0

    def items(self, calendars: Sequence[Any]) -> Iterator[FileTask]:
        """Their tasks, in order."""
        for calendar in calendars:
            todos = calendar.walk("VTODO")
            facts = _CalendarFacts(
                _unescaped(_text(calendar, "name") or _text(calendar, "x-wr-calname")).strip(),
                {child: _text(todo, "uid") for todo in todos for child in _related(todo, "CHILD")},
                {_text(zone, "tzid"): zone for zone in calendar.walk(ZONE)},
                self._zones,
            )
            for todo in todos:
                yield _file_task(todo, f"todos[{self._count}]", facts)
                self._count += 1


@dataclass(frozen=True, slots=True)
class _CalendarFacts:
    """What a calendar says of all its tasks: its name, parents that name their children, and its time zones."""

    name: str
    parents: Mapping[str, str]
    definitions: Mapping[str, Any]
    zones: _Zones

    def zone(self, name: str) -> tzinfo | None:
        """A time zone that it defines."""
        definition = self.definitions.get(name)
        return None if definition is None else self.zones.zone_of(definition)


def _component(item: FileTask) -> Todo:
    draft, todo = item.draft, Todo()
    todo.add("uid", _Text(item.key))
    todo.add("dtstamp", item.updated_at or _EPOCH)
    todo.add("summary", _Text(_clean(draft.title)))
    todo.add("status", _STATUS[item.status])
    values = {
        "description": _Text(_clean(draft.notes)),
        "priority": _PRIORITY.get(draft.priority),
        "categories": list(draft.tags),
        "due": _when(draft.due),
        "dtstart": _when(draft.start),
        "completed": item.completed_at,
        "related-to": _Text(item.parent),
        "rrule": vRecur.from_ical(draft.rule) if draft.rule else None,
        "x-todo-basis": draft.basis.value if draft.rule else None,
        # The library escapes and unescapes no text whose property it does not know.
        "x-todo-list": _Text(_clean(item.list_name)),
        "x-todo-position": item.position,
        "x-todo-estimate": None if draft.estimate is None else str(int(draft.estimate.total_seconds())),
    }
    for name, value in values.items():
        if value:
            todo.add(name, value)
    for reminder in draft.reminders:
        todo.add_component(_alarm(reminder, draft.title))
    return todo


def _alarm(reminder: Reminder, title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _Text(_clean(title)))
    if reminder.at is not None:
        alarm.add("trigger", reminder.at, parameters={"VALUE": "DATE-TIME"})
    else:
        alarm.add("trigger", -(reminder.before or timedelta()), parameters={"RELATED": "END"})
    return alarm


def _clean(text: str) -> str:
    return _CONTROLS.sub("", _BREAKS.sub("\n", text))


def _unescaped(text: str) -> str:
    """A text as it was before RFC 5545, 3.3.11, escaped it."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _when(value: LocalTime | None) -> date | datetime | None:
    if value is None or value.time is None:
        return value.date if value else None
    return datetime.combine(value.date, value.time, zone_of(value.zone, "time_zone") if value.zone else None)


def _file_task(todo: Any, location: str, facts: _CalendarFacts) -> FileTask:
    try:
        if faults := [fault for part in todo.walk() for fault in part.errors]:
            raise bad_file(f"{location}.{str(faults[0][0]).lower()}", str(faults[0][1])[:200])
        return _read(todo, location, facts)
    except _BAD_FILE as error:
        raise bad_file(location, f"This task can't be read: {str(error)[:200]}") from None


def _read(todo: Any, location: str, facts: _CalendarFacts) -> FileTask:
    key = _key(todo)
    completed = _first(todo, "completed")
    return FileTask(
        _draft(todo, facts),
        location,
        _status(todo),
        _utc(completed.dt) if completed else None,
        key,
        next(_related(todo, "PARENT"), facts.parents.get(key, "")),
        _unescaped(_text(todo, "x-todo-list")) or facts.name,
        _text(todo, "x-todo-position"),
        stable=bool(key),
    )


def _draft(todo: Any, facts: _CalendarFacts) -> TaskDraft:
    start, rule = _local(todo, "dtstart", facts), _first(todo, "rrule")
    seconds = _text(todo, "x-todo-estimate")
    return TaskDraft(
        title=_text(todo, "summary"),
        notes=_text(todo, "description"),
        priority=_priority(int(_first(todo, "priority") or 0)),
        tags=tags_from_labels(str(label) for group in _all(todo, "categories") for label in group.cats),
        # A rule counts from the due time here, from DTSTART in RFC 5545.
        due=_local(todo, "due", facts) or _end(todo, start) or (start if rule else None),
        start=start,
        reminders=tuple(_reminders(todo, start)),
        rule=rule.to_ical().decode() if rule else None,
        basis=Basis(_text(todo, "x-todo-basis") or "due"),
        estimate=timedelta(seconds=int(seconds)) if seconds else None,
    )


def _key(todo: Any) -> str:
    """The UID; an occurrence that was changed alone (RECURRENCE-ID) shares the UID of its series."""
    uid, alone = _text(todo, "uid"), _first(todo, "recurrence-id")
    return f"{uid}/{alone.to_ical().decode()}" if alone and uid else uid


def _related(todo: Any, kind: str) -> Iterator[str]:
    """The UIDs of tasks that are related to one; the default relation is PARENT (RFC 5545, 3.2.15)."""
    for other in _all(todo, "related-to"):
        if str(other.params.get("RELTYPE", "PARENT")).upper() == kind:
            yield str(other)


def _status(todo: Any) -> Status:
    """STATUS; some products only write the time of completion, or that 100 percent are complete."""
    if name := _text(todo, "status").upper():
        return {text: status for status, text in _STATUS.items()}.get(name, Status.OPEN)
    is_done = _first(todo, "completed") is not None or _text(todo, "percent-complete") == "100"
    return Status.COMPLETED if is_done else Status.OPEN


def _end(todo: Any, start: LocalTime | None) -> LocalTime | None:
    """The due time of a task that has a start and a duration instead."""
    duration = _first(todo, "duration")
    if duration is None or start is None:
        return None
    if start.time is None:
        return replace(start, date=start.date + duration.dt)
    end = datetime.combine(start.date, start.time) + duration.dt
    return replace(start, date=end.date(), time=end.time())


def _priority(number: int) -> Priority:
    """RFC 5545, 3.8.1.9: 1 is the highest, 1 to 4 are high, 5 is medium, 6 to 9 are low, 0 is none."""
    if number < 1:
        return Priority.NONE
    ladder = ((1, Priority.URGENT), (4, Priority.HIGH), (5, Priority.MEDIUM))
    return next((priority for last, priority in ladder if number <= last), Priority.LOW)


def _local(todo: Any, name: str, facts: _CalendarFacts) -> LocalTime | None:
    found = _first(todo, name)
    if found is None:
        return None
    value = found.dt
    if not isinstance(value, datetime):
        return LocalTime(value)
    if value.tzinfo is None:
        value = value.replace(tzinfo=facts.zone(str(found.params.get("TZID", ""))))
    if value.tzinfo is None:
        return LocalTime(value.date(), value.time())
    zone = getattr(value.tzinfo, "key", None)
    local = value if zone else value.astimezone(UTC)
    return LocalTime(local.date(), local.time(), zone or "UTC")


def _reminders(todo: Any, start: LocalTime | None) -> Iterator[Reminder]:
    """Alarms that a reminder can express: at an instant, or some time before the due time."""
    for alarm in todo.walk("VALARM"):
        trigger = _first(alarm, "trigger")
        if trigger is None:
            continue
        if isinstance(trigger.dt, datetime):
            yield Reminder(UNKNOWN, at=_utc(trigger.dt))
        elif trigger.params.get("RELATED") != "END" and start is not None:
            if start.time is not None and start.zone is not None:
                at = to_utc(start.date, start.time, zone_of(start.zone, "time_zone")) + trigger.dt
                yield Reminder(UNKNOWN, at=at)
        elif trigger.dt <= timedelta():
            yield Reminder(UNKNOWN, before=-trigger.dt)


def _utc(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _text(component: Any, name: str) -> str:
    return str(_first(component, name) or "")


def _first(component: Any, name: str) -> Any:
    return next(iter(_all(component, name)), None)


def _all(component: Any, name: str) -> list[Any]:
    """The values of a property, which may occur more than once."""
    found = component.get(name)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]
