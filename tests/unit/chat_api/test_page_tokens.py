"""Page tokens: what comes back as it went is read, and nothing else."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo.task.v1 import task_service_pb2 as pb
from todo_runtime.errors import InvalidArgument

from services.chat_api.shared.requests import PageTokens

ADA = UUID(int=1)
PLACE = ["a0", str(UUID(int=5))]
PAGES = PageTokens(b"key")
TOKEN = PAGES.make("ListTasks", pb.ListTasksRequest(), PLACE, ADA)


def read(token: str) -> object:
    return PAGES.read("ListTasks", pb.ListTasksRequest(page_token=token), ADA)


def test_a_token_leads_to_its_place() -> None:
    assert read(TOKEN) == PLACE
    assert read("") is None


@given(at=st.integers(0, len(TOKEN)), length=st.integers(0, 2), put=st.text("AZaz09-_+/=!. \n\0é", max_size=2))
def test_a_token_that_was_changed_anywhere_is_refused(at: int, length: int, put: str) -> None:
    forged = TOKEN[:at] + put + TOKEN[at + length :]
    if forged in (TOKEN, ""):
        return
    with pytest.raises(InvalidArgument) as refused:
        read(forged)
    assert refused.value.violations[0].field == "page_token"


@pytest.mark.parametrize("key", [b"another key", b""])
def test_a_token_of_another_key_is_refused(key: bytes) -> None:
    forged = PageTokens(key).make("ListTasks", pb.ListTasksRequest(), PLACE, ADA)
    with pytest.raises(InvalidArgument):
        read(forged)
