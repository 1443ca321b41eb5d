"""Checks RFC 5545 recurrence rules (section 3.3.10): the parts that this product understands, each within its bounds.

Hours, minutes and seconds are refused: a task repeats by days at its own time.
"""

import re
from collections.abc import Callable
from datetime import datetime

from todo_runtime.errors import FieldViolation, InvalidArgument

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_DAYS = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_SIGNED = re.compile(r"[+-]?\d{1,3}", re.ASCII)
FIELD = "task.recurrence.rule"


def check(rule: str) -> str:
    """The rule in upper case. Raises InvalidArgument, naming the part at fault."""
    parts = _parts(rule.upper())
    if parts.get("FREQ") not in _FREQUENCIES:
        raise _wrong(f"FREQ must be one of {', '.join(sorted(_FREQUENCIES))}")
    for name, value in parts.items():
        if not _PARTS[name](value):
            raise _wrong(f"{name}={value[:40]} is not valid")
    _check_together(parts)
    return rule.upper()


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise _wrong(f"{part[:40]!r} is not of the form NAME=VALUE")
        if name not in _PARTS:
            raise _wrong(f"{name[:40]} is not understood")
        if name in parts:
            raise _wrong(f"{name} occurs twice")
        parts[name] = value
    return parts


def _check_together(parts: dict[str, str]) -> None:
    if "COUNT" in parts and "UNTIL" in parts:
        raise _wrong("COUNT and UNTIL exclude each other")
    ordinals = any(day.strip("+-")[0].isdigit() for day in parts.get("BYDAY", "MO").split(","))
    if ordinals and parts["FREQ"] not in {"MONTHLY", "YEARLY"}:
        raise _wrong("a numbered BYDAY, such as 1MO, goes with FREQ=MONTHLY or YEARLY")
    if "BYMONTHDAY" in parts and parts["FREQ"] == "WEEKLY":
        raise _wrong("BYMONTHDAY does not go with FREQ=WEEKLY")
    if "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        raise _wrong("BYSETPOS needs another BY part")


def _number(low: int, high: int) -> Callable[[str], bool]:
    return lambda value: value.isdecimal() and value.isascii() and len(value) < 10 and low <= int(value) <= high


def _signed_list(limit: int) -> Callable[[str], bool]:
    def valid(value: str) -> bool:
        return all(_SIGNED.fullmatch(one) and 1 <= abs(int(one)) <= limit for one in value.split(","))

    return valid


def _until(value: str) -> bool:
    if _UNTIL.fullmatch(value) is None:
        return False
    try:
        datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d")  # noqa: DTZ007 - only checked
    except ValueError:
        return False
    return True


def _days(value: str) -> bool:
    return all(
        (match := _BYDAY.fullmatch(one)) is not None and (match[1] is None or 1 <= abs(int(match[1])) <= 53)
        for one in value.split(",")
    )


_PARTS: dict[str, Callable[[str], bool]] = {
    "FREQ": _FREQUENCIES.__contains__,
    "INTERVAL": _number(1, 1_000),
    "COUNT": _number(1, 10_000),
    "UNTIL": _until,
    "BYDAY": _days,
    "BYMONTHDAY": _signed_list(31),
    "BYMONTH": lambda value: all(_number(1, 12)(one) for one in value.split(",")),
    "BYSETPOS": _signed_list(366),
    "WKST": _DAYS.__contains__,
}


def _wrong(what: str) -> InvalidArgument:
    text = f"The recurrence rule: {what}."
    return InvalidArgument(text, violations=[FieldViolation(FIELD, text)])
