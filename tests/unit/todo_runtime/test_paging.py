"""Page tokens: what comes back as it went is read, by the list that it is of, and nothing else is."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from todo.audit.v1 import audit_service_pb2 as audit
from todo.notification.v1 import notification_service_pb2 as pb
from todo_runtime.auth import Principal
from todo_runtime.errors import InvalidArgument
from todo_runtime.paging import DEFAULT_SIZE, PageTokens
from todo_runtime.rpc import Call

ADA, BOB = UUID(int=1), UUID(int=2)
PLACE = ["2026-11-20T08:00:00+00:00", str(UUID(int=5))]
PAGES = PageTokens(b"key")


def call(user: UUID | None = ADA, service: str | None = None) -> Call:
    return Call("", Principal(user, service), UUID(int=3), None, 0.0, None)


def asking(token: str = "", *, unread_only: bool = False, page_size: int = 0) -> pb.ListNotificationsRequest:
    return pb.ListNotificationsRequest(page_token=token, unread_only=unread_only, page_size=page_size)


TOKEN = PAGES.asked(asking(), call()).token_of(PLACE)


def test_a_token_leads_to_its_place() -> None:
    assert PAGES.asked(asking(TOKEN), call()).after == PLACE
    assert PAGES.asked(asking(), call()).after is None


def test_the_next_page_may_have_another_size() -> None:
    assert PAGES.asked(asking(TOKEN, page_size=7), call()).size == 7


@given(at=st.integers(0, len(TOKEN)), length=st.integers(0, 2), put=st.text("AZaz09-_+/=!. \n\0é", max_size=2))
def test_a_token_that_was_changed_anywhere_is_refused(at: int, length: int, put: str) -> None:
    forged = TOKEN[:at] + put + TOKEN[at + length :]
    if forged not in (TOKEN, ""):
        refuse(PAGES, asking(forged), call())


@pytest.mark.parametrize("other", [call(BOB), call(None, "sync"), call(None, None)])
def test_a_token_of_somebody_else_is_refused(other: Call) -> None:
    refuse(PAGES, asking(TOKEN), other)


def test_a_service_that_acts_for_a_person_reads_the_token_of_that_person() -> None:
    assert PAGES.asked(asking(TOKEN), call(ADA, "sync")).after == PLACE


def test_services_have_tokens_of_their_own() -> None:
    token = PAGES.asked(asking(), call(None, "sync")).token_of(PLACE)
    assert PAGES.asked(asking(token), call(None, "sync")).after == PLACE
    refuse(PAGES, asking(token), call(None, "audit"))


def test_a_token_with_other_arguments_is_refused() -> None:
    refuse(PAGES, asking(TOKEN, unread_only=True), call())


def test_a_token_of_another_list_is_refused() -> None:
    """Both requests have the same bytes."""
    refuse(PAGES, pb.ListChannelsRequest(page_token=TOKEN), call())


@pytest.mark.parametrize("pages", [PageTokens(b""), PageTokens(b"another"), PageTokens.derived_from("key")])
def test_a_token_of_another_service_is_refused(pages: PageTokens) -> None:
    refuse(pages, asking(TOKEN), call())


def test_every_replica_derives_the_same_tokens() -> None:
    first, second = (PageTokens.derived_from("secret") for _ in range(2))
    assert second.asked(asking(first.asked(asking(), call()).token_of(PLACE)), call()).after == PLACE


def refuse(pages: PageTokens, request: pb.ListNotificationsRequest | pb.ListChannelsRequest, caller: Call) -> None:
    with pytest.raises(InvalidArgument) as refused:
        pages.asked(request, caller)
    assert refused.value.reason == "PAGE_TOKEN"
    assert [one.field for one in refused.value.violations] == ["page_token"]


def test_the_size_is_what_is_asked_for_within_bounds() -> None:
    assert PAGES.asked(asking(), call()).size == DEFAULT_SIZE
    assert PAGES.asked(asking(page_size=3), call()).limit == 4
    assert PAGES.asked(asking(page_size=300), call(), max_size=20).size == 20
    assert PAGES.asked(audit.VerifyLogRequest(), call()).size == DEFAULT_SIZE


@given(total=st.integers(0, 30), size=st.integers(1, 10))
def test_pages_have_every_item_once_and_only_the_last_has_no_token(total: int, size: int) -> None:
    items, token, pages = list(range(total)), "", []
    while True:
        asked = PAGES.asked(asking(token, page_size=size), call())
        start = 0 if asked.after is None else asked.after + 1
        page = asked.cut(items[start : start + asked.limit], lambda item: item)
        pages.append(page.items)
        if not (token := page.next_token):
            break
    assert [item for page in pages for item in page] == items
    assert len(pages) == max(1, -(-total // size))
