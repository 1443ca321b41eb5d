"""Completing, reopening and deleting: "done milk", "mark 2 as done", "milk is done", "delete 1 and 3"."""

from collections.abc import Callable

from services.chat_api.chat.interpreter.commands import Command, Complete, Delete, Memory, Reopen, Target, Unknown
from services.chat_api.chat.interpreter.targets import parse_target
from services.chat_api.chat.interpreter.words import Words

Build = Callable[[Target], Command]

_BEFORE: tuple[tuple[tuple[str, ...], Build], ...] = (
    (("not", "done"), Reopen),
    (("undone",), Reopen),
    (("reopen",), Reopen),
    (("re-open",), Reopen),
    (("uncomplete",), Reopen),
    (("uncheck",), Reopen),
    (("open", "again"), Reopen),
    (("i'm", "done", "with"), Complete),
    (("i", "am", "done", "with"), Complete),
    (("done", "with"), Complete),
    (("done",), Complete),
    (("complete",), Complete),
    (("completed",), Complete),
    (("finish",), Complete),
    (("finished",), Complete),
    (("check", "off"), Complete),
    (("check",), Complete),
    (("tick", "off"), Complete),
    (("tick",), Complete),
    (("close",), Complete),
    (("i", "finished"), Complete),
    (("i", "completed"), Complete),
    (("i've", "finished"), Complete),
    (("i", "did"), Complete),
    (("i've", "done"), Complete),
    (("delete",), Delete),
    (("remove",), Delete),
    (("rm",), Delete),
    (("del",), Delete),
    (("erase",), Delete),
    (("get", "rid", "of"), Delete),
)
_DONE_WORDS = ("done", "complete", "completed", "finished")
_OPEN_WORDS = ("undone", "open", "not done", "incomplete", "not finished", "not completed")
_AS: tuple[tuple[tuple[str, ...], Build], ...] = (
    *(((link, *word.split()), Reopen) for link in ("as", "is", "are", "isn't", "") for word in _OPEN_WORDS),
    *((("isn't", word), Reopen) for word in _DONE_WORDS),
    *(((link, word), Complete) for link in ("as", "is", "are", "") for word in _DONE_WORDS),
)
_AFTER: tuple[tuple[tuple[str, ...], Build], ...] = tuple(
    (tuple(key for key in keys if key), build) for keys, build in _AS
)


def parse_status_command(words: Words, memory: Memory) -> Command | None:
    """The command, when the words ask to complete, reopen or delete."""
    words = words.trimmed()
    if words.key(0) in ("mark", "set"):
        return _parse_marked(words[1:], memory)
    for phrase, build in _BEFORE:
        if words.starts(phrase):
            return _build_command(build, words[len(phrase) :], memory)
    return _parse_stated(words, memory)


def _build_command(build: Build, words: Words, memory: Memory) -> Command:
    """The command on the tasks that these words mean."""
    meant = parse_target(words, memory)
    return meant if isinstance(meant, Unknown) else build(meant)


def _parse_marked(words: Words, memory: Memory) -> Command | None:
    """Mark milk as done."""
    for phrase, build in _AFTER:
        if words.ends(phrase) and len(words) > len(phrase):
            return _build_command(build, words[: -len(phrase)], memory)
    return None


def _parse_stated(words: Words, memory: Memory) -> Command | None:
    """Milk is done; 2 is done."""
    for phrase, build in _AFTER:
        if phrase[0] in ("is", "are", "isn't") and words.ends(phrase) and len(words) > len(phrase):
            return _build_command(build, words[: -len(phrase)], memory)
    return None
