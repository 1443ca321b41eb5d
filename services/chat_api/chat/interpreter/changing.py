"""Changing: "rename milk to oat milk", "move milk to friday", "make 2 urgent", "tag milk #home", "repeat it daily"."""

from collections.abc import Callable
from datetime import timedelta

from services.chat_api.chat.interpreter.commands import Change, Command, Edit, Memory, NewDue, Unknown
from services.chat_api.chat.interpreter.due import DuePhrase, LocalNow, parse_due
from services.chat_api.chat.interpreter.modifiers import (
    IMPORTANCES,
    Modifiers,
    extract_signs,
    parse_modifiers,
    parse_tag,
)
from services.chat_api.chat.interpreter.numbers import parse_quantity
from services.chat_api.chat.interpreter.recurrence_phrases import parse_recurrence
from services.chat_api.chat.interpreter.targets import parse_target
from services.chat_api.chat.interpreter.words import Words

Parser = Callable[[Words, Memory, LocalNow], Command | None]

_SHIFT_UNITS = {
    **dict.fromkeys(("minute", "minutes", "min", "mins"), timedelta(minutes=1)),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), timedelta(hours=1)),
    **dict.fromkeys(("day", "days"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks"), timedelta(weeks=1)),
}
_RENAMES = ("rename", "retitle")
_MOVES = ("move", "reschedule", "postpone", "push", "delay", "defer", "shift")
_CHANGES = ("change", "update", "edit", "make", "set", "mark")
_EDITS = ("change", "update", "edit")
_CLEARS = ("remove", "clear", "delete", "drop")
_PRIORITIZES = ("prioritize", "prioritise")
_FIELDS: tuple[tuple[str, ...], ...] = tuple(
    (*article, *field, link)
    for article in ((), ("the",))
    for field in (("title",), ("name",), ("due", "date"), ("due", "time"), ("due",), ("priority",))
    for link in ("of", "for")
)
_NO_DUE = (("due", "date"), ("due", "time"), ("deadline",), ("due",), ("date",))
_STOPS = (("stop", "repeating"), ("don't", "repeat"), ("do", "not", "repeat"), ("unrepeat",))
_VERBS = (*_RENAMES, *_MOVES, *_CHANGES, *_CLEARS, *_PRIORITIZES, "add", "tag", "untag", "repeat")
FIRST_WORDS = frozenset((*_VERBS, *(phrase[0] for phrase in _STOPS)))
"""What every message that changes a task begins with."""


def parse_change(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """The command, when the words ask to change a task."""
    words = words.trimmed()
    parsers: tuple[Parser, ...] = (
        _parse_rename,
        _parse_move,
        _parse_clear,
        _parse_add_tags,
        _parse_remove_tags,
        _parse_repeat,
        _parse_prioritize,
        _parse_edit,
    )
    return next((command for parse in parsers if (command := parse(words, memory, now))), None)


def _build_change(meant: Words, edit: Edit, memory: Memory) -> Command:
    target = parse_target(meant, memory)
    return target if isinstance(target, Unknown) else Change(target, edit)


def _parse_rename(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Rename milk to oat milk; change the title of milk to oat milk."""
    del now
    if words.key(0) in _RENAMES:
        return _parse_new_title(words[1:], memory)
    if words.key(0) in _CHANGES:
        for phrase in _FIELDS:
            if phrase[-2] in ("title", "name") and words.starts(phrase, 1):
                return _parse_new_title(words[1 + len(phrase) :], memory)
    return None


def _parse_new_title(words: Words, memory: Memory) -> Command:
    to = next((at for at in words.indexes_of("to", "as", "into") if at > 0 and at + 1 < len(words)), None)
    if to is None:
        return Unknown("What shall it be called?", ("rename milk to oat milk",))
    return _build_change(words[:to], Edit(title=words[to + 1 :].text.strip()), memory)


def _parse_move(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Move milk to friday; postpone 2 by three days; change the due date of milk to tomorrow at 9."""
    if words.key(0) in _MOVES:
        return _parse_new_due(words[1:], memory, now) or Unknown(
            "I can move a task to another day or time.",
            ("move milk to friday", "move 2 to tomorrow at 17:30", "postpone milk by 2 days"),
        )
    for phrase in _FIELDS:
        if words.key(0) in _CHANGES and "due" in phrase and words.starts(phrase, 1):
            return _parse_new_due(words[1 + len(phrase) :], memory, now)
    return None


def _parse_new_due(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    for at in range(1, len(words)):
        linked = words.key(at) in ("to", "for", "until", "till", "by")
        when = parse_due(words[at + linked :], now)
        if when is not None:
            return _build_change(words[:at], Edit(due=_to_new_due(when, now)), memory)
        shift = _parse_shift(words, at) if linked else None
        if shift is not None:
            return _build_change(words[:at], Edit(due=NewDue(by=shift)), memory)
    return None


def _to_new_due(when: DuePhrase, now: LocalNow) -> NewDue:
    """A day alone keeps the time of day, a time of day alone keeps the day."""
    due = when.resolve(now)
    if due is None or when.exact or (when.clock_time and when.clock_time.midnight):
        return NewDue(due.day, due.at) if due else NewDue()
    return NewDue(when.day, when.time)


def _parse_shift(words: Words, at: int) -> timedelta | None:
    amount = parse_quantity(words, at + 1)
    unit = _SHIFT_UNITS.get(words.key(amount[1])) if amount else None
    if amount is None or unit is None or amount[1] + 1 != len(words):
        return None
    return amount[0] * unit


def _parse_clear(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Remove the due date from milk; clear the due date of 2; stop repeating milk."""
    del now
    for phrase in _STOPS:
        if words.starts(phrase):
            return _build_change(words[len(phrase) :], Edit(clear_recurrence=True), memory)
    if words.key(0) not in _CLEARS:
        return None
    start = 1 + (words.key(1) == "the")
    for field in _NO_DUE:
        end = start + len(field)
        if words.starts(field, start) and words.key(end) in ("from", "of", "for"):
            return _build_change(words[end + 1 :], Edit(clear_due=True), memory)
    return None


def _parse_add_tags(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Tag milk #home; tag milk with home and shop; add #home to milk."""
    del now
    if words.key(0) == "add":
        tags, end = _parse_tags(words, 1 + (words.key(1) in ("tag", "tags")))
        if tags and words.key(end) == "to" and end + 1 < len(words):
            return _build_change(words[end + 1 :], Edit(add_tags=tags), memory)
    if words.key(0) != "tag":
        return None
    rest, signed = extract_signs(words[1:])
    if signed.tags:
        bare = rest[:-1] if rest.key(len(rest) - 1) in ("with", "as") else rest
        return _build_change(bare, Edit(add_tags=signed.tags), memory)
    for at in words.indexes_of("with", "as"):
        tags = tuple(word.key for word in words[at + 1 :].items if word.key and word.key != "and")
        if tags:
            return _build_change(words[1:at], Edit(add_tags=tags), memory)
    return Unknown("Which tag shall it have?", ("tag milk #home",))


def _parse_remove_tags(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Untag milk #home; remove #home from milk; remove the tag home from milk."""
    del now
    if words.key(0) == "untag":
        rest, signed = extract_signs(words[1:])
        return _build_change(rest, Edit(remove_tags=signed.tags), memory) if signed.tags else None
    if words.key(0) != "remove":
        return None
    at = 1 + (words.key(1) == "the")
    named = words.key(at) in ("tag", "tags")
    tags, end = _parse_tags(words, at + named, plain=named)
    if tags and words.key(end) == "from" and end + 1 < len(words):
        return _build_change(words[end + 1 :], Edit(remove_tags=tags), memory)
    return None


def _parse_tags(words: Words, at: int, *, plain: bool = False) -> tuple[tuple[str, ...], int]:
    """The tags from an index on; without their signs only where they are announced."""
    tags: list[str] = []
    while at < len(words):
        tag = parse_tag(words, at) or (words.key(at) if plain and not tags else None)
        if tag:
            tags.append(tag)
        elif words.key(at) not in ("", "and"):
            break
        at += 1
    return tuple(tags), at


def _parse_repeat(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Repeat milk every sunday; make milk repeat every 2 weeks."""
    if words.key(0) not in ("repeat", *_CHANGES):
        return None
    for at in range(2, len(words)):
        if parse_recurrence(words, at) is None:
            continue
        modifiers = parse_modifiers(words[at:], now)
        if modifiers is not None and modifiers.recurrence is not None:
            return _build_change(words[1:at], _to_edit(modifiers, now), memory)
    return Unknown("How often?", ("repeat milk every sunday at 9",)) if words.key(0) == "repeat" else None


def _parse_prioritize(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Set the priority of milk to high; make milk high priority; mark milk as urgent; prioritize milk."""
    del now
    if words.key(0) in _PRIORITIZES:
        return _build_change(words[1:], Edit(importance=IMPORTANCES["high"]), memory)
    if words.key(0) not in _CHANGES:
        return None
    body = words[1:-1] if words.key(len(words) - 1) == "priority" else words[1:]
    importance = IMPORTANCES.get(body.key(len(body) - 1).removeprefix("!")) if len(body) > 1 else None
    if importance is None:
        return None
    meant = body[:-1]
    meant = meant[:-1] if meant.key(len(meant) - 1) in ("to", "as", "a", "with") else meant
    field = next((phrase for phrase in _FIELDS if "priority" in phrase and meant.starts(phrase)), ())
    return _build_change(meant[len(field) :], Edit(importance=importance), memory)


def _parse_edit(words: Words, memory: Memory, now: LocalNow) -> Command | None:
    """Change milk: tomorrow !high #home; make milk due friday."""
    if words.key(0) not in _CHANGES:
        return None
    rest, signed = extract_signs(words[1:])
    for cut in range(1, len(rest) + 1):
        linked = rest.key(cut) in ("to", "so")
        if not (linked or signed or rest.key(cut) == "due" or words.key(0) in _EDITS):
            continue
        modifiers = parse_modifiers(rest[cut + linked :], now, signed)
        if modifiers:
            return _build_change(rest[:cut], _to_edit(modifiers, now), memory)
    return None


def _to_edit(modifiers: Modifiers, now: LocalNow) -> Edit:
    due = modifiers.resolve_due(now)
    new_due = _to_new_due(modifiers.when, now) if modifiers.when and not modifiers.recurrence else None
    if modifiers.recurrence and due:
        new_due = NewDue(due.day, due.at)
    return Edit(
        importance=modifiers.importance,
        due=new_due,
        add_tags=modifiers.tags,
        reminders=modifiers.resolve_reminders(now, due),
        recurrence=modifiers.recurrence,
    )
