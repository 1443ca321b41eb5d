"""The headers of an event: CloudEvents 1.0, Kafka binding in binary mode, plus W3C traceparent.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md, and the
sequence extension. `ce_sequence` has 20 digits, so that it sorts as text.
"""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from todo_runtime.wire.record import EventMeta, Header, Record

SEQUENCE_DIGITS = 20
_LARGEST = 2**63 - 1
CONTENT_TYPE = "application/avro"
_REQUIRED = ("ce_id", "ce_type", "ce_source", "ce_time", "ce_sequence")


class InvalidHeaders(Exception):
    """The headers do not identify the event; the text names the invalid header."""


def headers_of(
    event_id: UUID,
    type_: str,
    source: str,
    subject: str,
    time: datetime,
    sequence: int,
    correlation_id: UUID | None,
    causation_id: UUID | None,
    traceparent: str | None,
) -> list[Header]:
    """The headers of an event. An event without a correlation id starts a new correlation."""
    headers: list[Header] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event_id).encode()),
        ("ce_type", type_.encode()),
        ("ce_source", source.encode()),
        ("ce_time", time.isoformat().encode()),
        ("ce_subject", subject.encode()),
        ("ce_sequence", b"%020d" % sequence),
        ("ce_correlationid", str(correlation_id or event_id).encode()),
        ("content-type", CONTENT_TYPE.encode()),
    ]
    if causation_id is not None:
        headers.append(("ce_causationid", str(causation_id).encode()))
    if traceparent is not None:
        headers.append(("traceparent", traceparent.encode()))
    return headers


def meta_of(record: Record, *, redriven: bool = False) -> EventMeta:
    """Parses the headers of a record. Raises InvalidHeaders."""
    headers = {name: value for name, value in record.headers if value is not None}
    missing = [name for name in _REQUIRED if name not in headers]
    if missing:
        raise InvalidHeaders(f"The header {missing[0]} is missing.")
    event_id = _uuid("ce_id", headers["ce_id"])
    is_root = headers.get("ce_correlationid") == headers["ce_id"]
    return EventMeta(
        topic=record.topic,
        key=_key(record.key or b""),
        sequence=_sequence(headers["ce_sequence"]),
        event_id=event_id,
        type=_text("ce_type", headers["ce_type"]),
        source=_text("ce_source", headers["ce_source"]),
        subject=_text("ce_subject", headers.get("ce_subject", b"")),
        time=_time(headers["ce_time"]),
        correlation_id=event_id if is_root else _optional_uuid("ce_correlationid", headers),
        causation_id=_optional_uuid("ce_causationid", headers),
        traceparent=_optional_text("traceparent", headers),
        partition=record.partition,
        offset=record.offset,
        redriven=redriven,
    )


def _text(name: str, value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise InvalidHeaders(f"The header {name} is not UTF-8.") from error
    if "\0" in text:
        raise InvalidHeaders(f"The header {name} contains U+0000, which PostgreSQL cannot store.")
    return text


def _optional_text(name: str, headers: dict[str, bytes]) -> str | None:
    return _text(name, headers[name]) if name in headers else None


def _uuid(name: str, value: bytes) -> UUID:
    try:
        return UUID(value.decode())
    except ValueError as error:
        raise InvalidHeaders(f"The {name} is not a UUID.") from error


@lru_cache(maxsize=4_096)
def _key(value: bytes) -> UUID:
    """The key, which must be in canonical form: the broker would treat another form as another key.

    Cached, because the same keys come again and again.
    """
    key = _uuid("key", value)
    if str(key).encode() != value:
        raise InvalidHeaders("The key is not a UUID in its canonical form.")
    return key


def _optional_uuid(name: str, headers: dict[str, bytes]) -> UUID | None:
    return _uuid(name, headers[name]) if name in headers else None


def _sequence(value: bytes) -> int:
    if not (len(value) == SEQUENCE_DIGITS and value.isdigit() and 0 < int(value) <= _LARGEST):
        raise InvalidHeaders("The header ce_sequence is not a positive number of 64 bits in 20 digits.")
    return int(value)


def _time(value: bytes) -> datetime:
    try:
        time = datetime.fromisoformat(value.decode())
    except ValueError as error:
        raise InvalidHeaders("The header ce_time is not an RFC 3339 time.") from error
    if time.tzinfo is None:
        raise InvalidHeaders("The header ce_time has no offset from UTC.")
    return time
