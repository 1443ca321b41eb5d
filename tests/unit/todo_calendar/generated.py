"""Recurrence rules, dates, times and zones to judge: plain ones, ones at the edge, and ones that mean harm.

Seeded, so that a case that fails is the same one tomorrow.
"""

from collections.abc import Callable, Iterator
from random import Random

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PLAIN: dict[str, Callable[[Random], str]] = {
    "INTERVAL": lambda random: str(random.randint(1, 12)),
    "COUNT": lambda random: str(random.randint(1, 30)),
    "UNTIL": lambda random: _until(random, random.randint(2020, 2040)),
    "BYDAY": lambda random: ",".join(random.sample(_DAYS, random.randint(1, 3))),
    "BYMONTHDAY": lambda random: str(random.choice([*range(1, 32), -1])),
    "BYMONTH": lambda random: ",".join(map(str, random.sample(range(1, 13), random.randint(1, 3)))),
    "BYSETPOS": lambda random: random.choice(("1", "-1", "2")),
    "WKST": lambda random: random.choice(_DAYS),
}
_EDGE: dict[str, Callable[[Random], str]] = {
    "INTERVAL": lambda random: _padded(random, (0, 1, 999, 1_000, 1_001, 2**31)),
    "COUNT": lambda random: _padded(random, (0, 1, 9_999, 10_000, 10_001, 2**63)),
    "UNTIL": lambda random: _until(random, random.choice((0, 1, 1899, 1900, 2026, 9998, 9999))),
    "BYDAY": lambda random: ",".join(
        f"{random.choice(('', '+', '-'))}{_padded(random, (0, 1, 4, 5, 6, 52, 53, 54))}{random.choice(_DAYS)}"
        for _ in range(random.randint(1, 3))
    ),
    "BYMONTHDAY": lambda random: _signed(random, (0, 1, 29, 30, 31, 32, 366)),
    "BYMONTH": lambda random: _padded(random, (0, 1, 2, 12, 13)),
    "BYSETPOS": lambda random: _signed(random, (0, 1, 53, 365, 366, 367)),
    "WKST": lambda random: random.choice(("MO", "1MO", "XX", "MO,TU")),
}
_HOSTILE = (
    "",
    " ",
    ",",
    "=",
    "+",
    "-",
    "--1",
    "+-1MO",
    "1,",
    ",1",
    "1,,2",
    "1.0",
    "1e3",
    "1_0",
    "0x1",
    "\u0661",
    "\uff11",
    "\u00b2",
    "MO\u0131",
    "MO,\u017fU",
    "1\n",
    "MO\nRDATE:20270101T000000",
    "\x00",
    "1 ",
    " 1",
    "20270230",
    "20280229",
    "20270229",
    "20270101T250000Z",
    "20270101T235960Z",
    "20270101t090000z",
    "20270101T090000+0100",
    "2027-01-01",
    "\u0662\u0660\u0662\u0667\u0660\u0661\u0660\u0661",
    "9" * 5_000,
    ",".join(["MO"] * 300),
)
_OTHER_PARTS = ("BYHOUR=9", "BYWEEKNO=20", "BYYEARDAY=1", "BYEASTER=0", "RSCALE=GREGORIAN", "X-A=1", "DTSTART=20270101")
_NOISE = ("", " ", "FREQ", "=", "FREQ=", "=DAILY", "RRULE:FREQ=DAILY", "\n", "\t", "\r\n ", "\ufeff", "\u00a0")


def rules(seed: int, count: int) -> Iterator[str]:
    """So many rules; of four, two are plain, one at the edge, one hostile."""
    random = Random(seed)
    for _ in range(count):
        yield random.choice((_plain, _plain, _edge, _hostile))(random)


def dates(seed: int, count: int) -> Iterator[str]:
    """So many dates in the form of the contract: valid, at the bounds, and days that no calendar has."""
    random = Random(seed)
    years = (0, 1, 1582, 1899, 1900, 1970, 2024, 2026, 2027, 2100, 9998, 9999)
    for _ in range(count):
        year = random.choice(years) if random.random() < 0.5 else random.randint(1, 9999)
        yield f"{year:04}-{random.randint(0, 13):02}-{random.choice((0, 1, 15, 28, 29, 30, 31, 32)):02}"


def times(seed: int, count: int) -> Iterator[str]:
    """So many times of day in the form of the contract, or none."""
    random = Random(seed)
    for _ in range(count):
        clock = f"{random.choice((0, 1, 2, 9, 23, 24, 29)):02}:{random.choice((0, 30, 59)):02}"
        yield random.choice(("", clock, f"{clock}:{random.choice((0, 59)):02}"))


def zones(seed: int, count: int) -> Iterator[str]:
    """So many names of zones, or none, and what only looks like one."""
    random = Random(seed)
    names = ("", "", "UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Pacific/Kiritimati", "Etc/GMT+12")
    wrong = ("Berlin", "posix/UTC", "right/UTC", "posixrules", "../UTC", "/etc/passwd", "Europe", "CET+1", "\x00", ".")
    for _ in range(count):
        yield random.choice(names if random.random() < 0.8 else wrong)


def _plain(random: Random) -> str:
    return _rule(random, _PLAIN, 3)


def _edge(random: Random) -> str:
    mixed = _PLAIN | dict(random.sample(list(_EDGE.items()), 2))
    return _rule(random, mixed, 4)


def _hostile(random: Random) -> str:
    parts = _rule(random, _PLAIN, 2).split(";")
    match random.randrange(6):
        case 0:
            parts.append(f"{random.choice(list(_PLAIN))}={random.choice(_HOSTILE)}")
        case 1:
            parts.append(random.choice(parts))
        case 2:
            parts.append(random.choice(_OTHER_PARTS))
        case 3:
            parts.insert(random.randint(0, len(parts)), random.choice(_NOISE))
        case 4:
            at = random.randrange(len(parts))
            parts[at] = random.choice((" {}", "{} ", "{}\n", "{}\u00a0", "{},", "\ufeff{}")).format(parts[at])
        case _:
            parts[0] = random.choice(("FREQ=HOURLY", "FREQ=DA\u0131LY", "FREQ=", "FREQ=DAILY,WEEKLY", "INTERVAL=1"))
    return ";".join(parts)


def _rule(random: Random, parts: dict[str, Callable[[Random], str]], most: int) -> str:
    frequency = random.choice(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
    names = random.sample(list(parts), random.randint(0, most))
    rule = [f"FREQ={frequency}", *(f"{name}={parts[name](random)}" for name in names)]
    if random.random() < 0.2:
        random.shuffle(rule)
    text = ";".join(rule)
    return text.lower() if random.random() < 0.1 else text


def _until(random: Random, year: int) -> str:
    day = f"{year:04}{random.choice(('0101', '0228', '0229', '0630', '1231'))}"
    return day + random.choice(("", "T000000", "T235959", "T235959Z", "T090000Z"))


def _signed(random: Random, numbers: tuple[int, ...]) -> str:
    return f"{random.choice(('', '+', '-'))}{_padded(random, numbers)}"


def _padded(random: Random, numbers: tuple[int, ...]) -> str:
    return "0" * random.choice((0, 0, 0, 1, 2, 3, 9)) + str(random.choice(numbers))
