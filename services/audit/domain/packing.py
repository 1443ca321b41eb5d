"""An unambiguous binary encoding of values: what is hashed is made of it, and headers are stored in it.

A packed value is its length in 4 bytes, big-endian, and its bytes; no value at all is the length 0xFFFFFFFF alone.
Packed headers are their number in 4 bytes, then name and value of each.
"""

import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

Header = tuple[str, bytes | None]

_LENGTH: Final = struct.Struct(">I")
_ABSENT: Final = b"\xff\xff\xff\xff"


def pack(value: bytes | None) -> bytes:
    """One value."""
    return _ABSENT if value is None else _LENGTH.pack(len(value)) + value


def pack_headers(headers: Sequence[Header]) -> bytes:
    """The headers of a message, in order."""
    parts = [_LENGTH.pack(len(headers))]
    for name, value in headers:
        if value is None:
            parts += (_packed_name(name), _ABSENT)
        else:
            parts += (_packed_name(name), _LENGTH.pack(len(value)), value)
    return b"".join(parts)


@lru_cache(maxsize=256)
def _packed_name(name: str) -> bytes:
    """A cached packed name: the same few come with every message."""
    return pack(name.encode("utf-8", "surrogateescape"))


def unpack_headers(packed: bytes) -> list[Header]:
    """The headers that `pack_headers` was given. Raises ValueError for other bytes."""
    (count,) = _LENGTH.unpack_from(packed)
    values = list(_values(packed, _LENGTH.size))
    if len(values) != 2 * count or None in values[::2]:
        raise ValueError(f"The {len(values)} packed values do not make {count} headers.")
    names = ((name or b"").decode("utf-8", "surrogateescape") for name in values[::2])
    return list(zip(names, values[1::2], strict=True))


def _values(packed: bytes, start: int) -> Iterator[bytes | None]:
    while start < len(packed):
        (length,) = _LENGTH.unpack_from(packed, start)
        start += _LENGTH.size
        if length == 0xFFFFFFFF:
            yield None
            continue
        if start + length > len(packed):
            raise ValueError("A packed value ends too early.")
        yield packed[start : start + length]
        start += length
