"""Which addresses may be used, when it is quiet, how long to wait: and nothing secret in an error."""

import datetime as dt
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo_runtime.errors import InvalidArgument, PermanentlyBad

from services.notification.domain import (
    Preferences,
    check_url,
    is_public,
    masked,
    next_attempt,
    notification_id,
    quiet_until,
)
from services.notification.service.guard import OutgoingGuard
from services.notification.service.seal import Seal

NIGHT = Preferences(quiet_start=dt.time(22), quiet_end=dt.time(7))
NOON = Preferences(quiet_start=dt.time(12), quiet_end=dt.time(13))


@pytest.mark.parametrize(
    ("url", "kind", "host"),
    [
        ("jsons://user:pw@hooks.example.com/x", "jsons", "hooks.example.com"),
        ("mailto://user:pw@example.com", "mailto", "example.com"),
        ("tgram://token/chat", "tgram", ""),
    ],
)
def test_a_known_kind_is_taken_with_the_host_that_we_connect_to(url: str, kind: str, host: str) -> None:
    assert check_url(url) == (kind, host)


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "exec://rm", "syslog://", "json://", "nonsense", "http://x"])
def test_other_kinds_are_refused(url: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check_url(url)
    assert refused.value.violations[0].field == "channel.url"


@given(st.text(min_size=8, alphabet="abcdefgh0123456789"))
def test_a_refusal_never_repeats_the_address(secret: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check_url(f"unknown-{secret}://user:{secret}@host")
    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:0001::",
    ],
)
def test_our_own_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_the_internet_is(address: str) -> None:
    assert is_public(address)


async def test_the_guard_resolves_the_host() -> None:
    with pytest.raises(InvalidArgument, match="public internet"):
        await OutgoingGuard(allow_private=False).check("json://localhost/")
    assert await OutgoingGuard(allow_private=True).check("json://localhost/") == ("json", "localhost")


@pytest.mark.parametrize(("host", "shown"), [("example.com", "e…e.com"), ("localhost", "…"), ("a.b", "…")])
def test_a_masked_host_says_little(host: str, shown: str) -> None:
    assert masked(host) == shown


@pytest.mark.parametrize(
    ("preferences", "now", "until"),
    [
        (Preferences(), "2026-11-20T23:00:00+00:00", "2026-11-20T23:00:00+00:00"),
        (NIGHT, "2026-11-20T20:00:00+00:00", "2026-11-20T20:00:00+00:00"),
        (NIGHT, "2026-11-20T21:30:00+00:00", "2026-11-21T06:00:00+00:00"),
        (NIGHT, "2026-11-21T02:00:00+00:00", "2026-11-21T06:00:00+00:00"),
        (NIGHT, "2026-03-28T22:00:00+00:00", "2026-03-29T05:00:00+00:00"),
        (NOON, "2026-11-20T11:30:00+00:00", "2026-11-20T12:00:00+00:00"),
        (NOON, "2026-11-20T12:00:00+00:00", "2026-11-20T12:00:00+00:00"),
    ],
)
def test_quiet_hours_hold_back_until_they_end(preferences: Preferences, now: str, until: str) -> None:
    assert quiet_until(preferences, dt.datetime.fromisoformat(now), "Europe/Berlin").isoformat() == until


def test_the_pauses_between_attempts_grow() -> None:
    now = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    pauses = [(next_attempt(attempts, now, 0.0) - now).total_seconds() for attempts in range(1, 5)]
    assert pauses == [2, 8, 32, 128]


def test_the_same_firing_is_the_same_notification() -> None:
    reminder, due = uuid4(), dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    assert notification_id(reminder, due) == notification_id(reminder, due)
    assert notification_id(reminder, due) != notification_id(reminder, due + dt.timedelta(days=1))


def test_an_address_opens_only_for_its_owner_with_its_key() -> None:
    user, channel = uuid4(), uuid4()
    sealed = Seal("secret").close("json://host", user, channel)
    assert b"host" not in sealed
    assert Seal("secret").open(sealed, user, channel) == "json://host"
    for seal, who, which in ((Seal("other"), user, channel), (Seal("secret"), uuid4(), channel)):
        with pytest.raises(PermanentlyBad):
            seal.open(sealed, who, which)
