"""Instants in Python and in Protobuf, to the microsecond."""

from datetime import UTC, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from todo_runtime.errors import InvalidArgument

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant_of(timestamp: Timestamp, field: str) -> datetime:
    """The instant of a timestamp, in UTC. Raises InvalidArgument for one outside of the years 1 to 9999."""
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidArgument.at(field, "The timestamp is outside of the years 1 to 9999.") from None


def timestamp_of(instant: datetime) -> Timestamp:
    """The timestamp of an instant."""
    since = instant - _EPOCH
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1_000)
