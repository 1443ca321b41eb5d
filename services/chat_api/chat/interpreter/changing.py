"""Changing: "rename milk to oat milk", "move milk to friday", "make 2 urgent", "tag milk #home", "repeat it daily"."""

from collections.abc import Callable
from datetime import timedelta

from services.chat_api.chat.interpreter.commands import (
    Change,
    Command,
    Context,
    Edit,
    NewDue,
    Unknown,
)
from services.chat_api.chat.interpreter.due import (
    Moment,
    When,
    whole,
)
from services.chat_api.chat.interpreter.modifiers import (
    IMPORTANCES,
    Modifiers,
    run,
    signs,
    tag_at,
)
from services.chat_api.chat.interpreter.numbers import quantity
from services.chat_api.chat.interpreter.recurrence_phrases import repeat
from services.chat_api.chat.interpreter.targets import target
from services.chat_api.chat.interpreter.words import Words

Reader = Callable[[Words, Context, Moment], Command | None]

_SHIFT_UNITS = {
    **dict.fromkeys(("minute", "minutes", "min", "mins"), timedelta(minutes=1)),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), timedelta(hours=1)),
    **dict.fromkeys(("day", "days"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks"), timedelta(weeks=1)),
}
_MOVES = ("move", "reschedule", "postpone", "push", "delay", "defer", "shift")
_CHANGES = ("change", "update", "edit", "make", "set", "mark")
_EDITS = ("change", "update", "edit")
_FIELDS: tuple[tuple[str, ...], ...] = tuple(
    (*article, *field, link)
    for article in ((), ("the",))
    for field in (("title",), ("name",), ("due", "date"), ("due", "time"), ("due",), ("priority",))
    for link in ("of", "for")
)
_NO_DUE = (("due", "date"), ("due", "time"), ("deadline",), ("due",), ("date",))
_STOPS = (("stop", "repeating"), ("don't", "repeat"), ("do", "not", "repeat"), ("unrepeat",))


def changing(words: Words, context: Context, now: Moment) -> Command | None:
    """The command, when the words ask to change a task."""
    words = words.trimmed()
    readers: tuple[Reader, ...] = (_rename, _move, _clear, _tag, _untag, _repeat, _prioritise, _edit)
    return next((command for read in readers if (command := read(words, context, now))), None)


def _changed(meant: Words, edit: Edit, context: Context) -> Command:
    found = target(meant, context)
    return found if isinstance(found, Unknown) else Change(found, edit)


def _rename(words: Words, context: Context, now: Moment) -> Command | None:
    """Rename milk to oat milk; change the title of milk to oat milk."""
    del now
    if words.key(0) in ("rename", "retitle"):
        return _retitled(words[1:], context)
    if words.key(0) in _CHANGES:
        for phrase in _FIELDS:
            if phrase[-2] in ("title", "name") and words.starts(phrase, 1):
                return _retitled(words[1 + len(phrase) :], context)
    return None


def _retitled(words: Words, context: Context) -> Command:
    to = next((at for at in words.places("to", "as", "into") if at > 0 and at + 1 < len(words)), None)
    if to is None:
        return Unknown("What shall it be called?", ("rename milk to oat milk",))
    return _changed(words[:to], Edit(title=words[to + 1 :].text.strip()), context)


def _move(words: Words, context: Context, now: Moment) -> Command | None:
    """Move milk to friday; postpone 2 by three days; change the due date of milk to tomorrow at 9."""
    if words.key(0) in _MOVES:
        return _moved(words[1:], context, now) or Unknown(
            "I can move a task to another day or time.",
            ("move milk to friday", "move 2 to tomorrow at 17:30", "postpone milk by 2 days"),
        )
    for phrase in _FIELDS:
        if words.key(0) in _CHANGES and "due" in phrase and words.starts(phrase, 1):
            return _moved(words[1 + len(phrase) :], context, now)
    return None


def _moved(words: Words, context: Context, now: Moment) -> Command | None:
    for at in range(1, len(words)):
        linked = words.key(at) in ("to", "for", "until", "till", "by")
        when = whole(words[at + linked :], now)
        if when is not None:
            return _changed(words[:at], Edit(due=_new_due(when, now)), context)
        shift = _shift(words, at) if linked else None
        if shift is not None:
            return _changed(words[:at], Edit(due=NewDue(by=shift)), context)
    return None


def _new_due(when: When, now: Moment) -> NewDue:
    """A day alone keeps the time of day, a time of day alone keeps the day."""
    due = when.due(now)
    if due is None or when.exact or (when.said and when.said.midnight):
        return NewDue(due.day, due.at) if due else NewDue()
    return NewDue(when.day, when.time)


def _shift(words: Words, at: int) -> timedelta | None:
    amount = quantity(words, at + 1)
    unit = _SHIFT_UNITS.get(words.key(amount[1])) if amount else None
    if amount is None or unit is None or amount[1] + 1 != len(words):
        return None
    return amount[0] * unit


def _clear(words: Words, context: Context, now: Moment) -> Command | None:
    """Remove the due date from milk; clear the due date of 2; stop repeating milk."""
    del now
    for phrase in _STOPS:
        if words.starts(phrase):
            return _changed(words[len(phrase) :], Edit(clear_repeat=True), context)
    if words.key(0) not in ("remove", "clear", "delete", "drop"):
        return None
    start = 1 + (words.key(1) == "the")
    for field in _NO_DUE:
        behind = start + len(field)
        if words.starts(field, start) and words.key(behind) in ("from", "of", "for"):
            return _changed(words[behind + 1 :], Edit(clear_due=True), context)
    return None


def _tag(words: Words, context: Context, now: Moment) -> Command | None:
    """Tag milk #home; tag milk with home and shop; add #home to milk."""
    del now
    if words.key(0) == "add":
        tags, behind = _tag_run(words, 1 + (words.key(1) in ("tag", "tags")))
        if tags and words.key(behind) == "to" and behind + 1 < len(words):
            return _changed(words[behind + 1 :], Edit(add_tags=tags), context)
    if words.key(0) != "tag":
        return None
    rest, signed = signs(words[1:])
    if signed.tags:
        bare = rest[:-1] if rest.key(len(rest) - 1) in ("with", "as") else rest
        return _changed(bare, Edit(add_tags=signed.tags), context)
    for at in words.places("with", "as"):
        tags = tuple(word.key for word in words[at + 1 :].items if word.key and word.key != "and")
        if tags:
            return _changed(words[1:at], Edit(add_tags=tags), context)
    return Unknown("Which tag shall it have?", ("tag milk #home",))


def _untag(words: Words, context: Context, now: Moment) -> Command | None:
    """Untag milk #home; remove #home from milk; remove the tag home from milk."""
    del now
    if words.key(0) == "untag":
        rest, signed = signs(words[1:])
        return _changed(rest, Edit(remove_tags=signed.tags), context) if signed.tags else None
    if words.key(0) != "remove":
        return None
    at = 1 + (words.key(1) == "the")
    named = words.key(at) in ("tag", "tags")
    tags, behind = _tag_run(words, at + named, plain=named)
    if tags and words.key(behind) == "from" and behind + 1 < len(words):
        return _changed(words[behind + 1 :], Edit(remove_tags=tags), context)
    return None


def _tag_run(words: Words, at: int, *, plain: bool = False) -> tuple[tuple[str, ...], int]:
    """The tags from a place on; without their signs only where they are announced."""
    tags: list[str] = []
    while at < len(words):
        tag = tag_at(words, at) or (words.key(at) if plain and not tags else None)
        if tag:
            tags.append(tag)
        elif words.key(at) not in ("", "and"):
            break
        at += 1
    return tuple(tags), at


def _repeat(words: Words, context: Context, now: Moment) -> Command | None:
    """Repeat milk every sunday; make milk repeat every 2 weeks."""
    if words.key(0) not in ("repeat", *_CHANGES):
        return None
    for at in range(2, len(words)):
        if repeat(words, at) is None:
            continue
        said = run(words[at:], now)
        if said is not None and said.repeat is not None:
            return _changed(words[1:at], _edit_of(said, now), context)
    return Unknown("How often?", ("repeat milk every sunday at 9",)) if words.key(0) == "repeat" else None


def _prioritise(words: Words, context: Context, now: Moment) -> Command | None:
    """Set the priority of milk to high; make milk high priority; mark milk as urgent; prioritize milk."""
    del now
    if words.key(0) in ("prioritize", "prioritise"):
        return _changed(words[1:], Edit(importance=IMPORTANCES["high"]), context)
    if words.key(0) not in _CHANGES:
        return None
    body = words[1:-1] if words.key(len(words) - 1) == "priority" else words[1:]
    importance = IMPORTANCES.get(body.key(len(body) - 1).removeprefix("!")) if len(body) > 1 else None
    if importance is None:
        return None
    meant = body[:-1]
    meant = meant[:-1] if meant.key(len(meant) - 1) in ("to", "as", "a", "with") else meant
    field = next((phrase for phrase in _FIELDS if "priority" in phrase and meant.starts(phrase)), ())
    return _changed(meant[len(field) :], Edit(importance=importance), context)


def _edit(words: Words, context: Context, now: Moment) -> Command | None:
    """Change milk: tomorrow !high #home; make milk due friday."""
    if words.key(0) not in _CHANGES:
        return None
    rest, signed = signs(words[1:])
    for cut in range(1, len(rest) + 1):
        linked = rest.key(cut) in ("to", "so")
        if not (linked or signed or rest.key(cut) == "due" or words.key(0) in _EDITS):
            continue
        said = run(rest[cut + linked :], now, signed)
        if said:
            return _changed(rest[:cut], _edit_of(said, now), context)
    return None


def _edit_of(said: Modifiers, now: Moment) -> Edit:
    due = said.due(now)
    new_due = _new_due(said.when, now) if said.when and not said.repeat else None
    if said.repeat and due:
        new_due = NewDue(due.day, due.at)
    return Edit(
        importance=said.importance,
        due=new_due,
        add_tags=said.tags,
        notices=said.notices(now, due),
        repeat=said.repeat,
    )
