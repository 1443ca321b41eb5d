"""People who talk to a running chat_api over REST."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from todo_stack.hosted import HostedStack


@dataclass(frozen=True)
class Person:
    """Somebody who has just signed up, in Berlin."""

    http: httpx.Client
    user: dict[str, Any]

    def say(self, text: str, **fields: str) -> dict[str, Any]:
        """Sends a message and returns the answer."""
        answer = self.http.post("/v1/chat:send", json={"text": text, **fields})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document


SignUp = Callable[[], Person]


@pytest.fixture(scope="session")
def base_url(running_system: HostedStack) -> str:
    """Where REST answers."""
    return f"http://127.0.0.1:{running_system.blueprint.ports['chat_api_http']}"


@pytest.fixture
def sign_up(base_url: str) -> Iterator[SignUp]:
    """Makes people."""
    with ExitStack() as opened:

        def make() -> Person:
            http = opened.enter_context(httpx.Client(base_url=base_url, timeout=30))
            account = {
                "email": f"{uuid4().hex}@example.com",
                "password": "a long password",
                "timeZone": "Europe/Berlin",
            }
            answer = http.post("/v1/auth:signUp", json=account).json()
            http.headers["authorization"] = f"Bearer {answer['tokens']['accessToken']}"
            return Person(http, answer["user"])

        yield make


@pytest.fixture
def ann(sign_up: SignUp) -> Person:
    """One person."""
    return sign_up()
