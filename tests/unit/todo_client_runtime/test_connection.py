"""How the client for programs outside connects, and what it refuses."""

import grpc
import pytest
from todo_client_runtime.connection import Retry, connect, is_loopback


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("localhost:50051", True),
        ("127.0.0.1:1", True),
        ("[::1]:1", True),
        ("todo.example.com:443", False),
        ("10.0.0.1:443", False),
    ],
)
def test_plaintext_is_for_this_machine(target: str, expected: bool) -> None:
    assert is_loopback(target) is expected


def test_credentials_are_never_sent_in_the_clear() -> None:
    credentials = grpc.ssl_channel_credentials()
    with pytest.raises(ValueError, match="credentials are for TLS"):
        connect("localhost:1", token=None, credentials=credentials, plaintext=True, retry=Retry())
