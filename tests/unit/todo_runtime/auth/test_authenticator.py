"""From the metadata of a call to its principal, and from a service's wish to the metadata."""

from datetime import timedelta
from uuid import uuid4

import pytest
from todo_runtime.auth import Authenticator, Principal, ServiceCredentials, TokenIssuer, TokenVerifier
from todo_runtime.errors import InvalidArgument, PermissionDenied, Unauthenticated

from tests.unit.todo_runtime.keys import make_keys

PERSON, SESSION, EVENT = uuid4(), uuid4(), uuid4()
KEYS = make_keys("people", "helper")
PEOPLE = TokenIssuer("people", KEYS.pems["people"])
HELPER = TokenIssuer("helper", KEYS.pems["helper"])
VERIFIER = TokenVerifier(KEYS.jwks, person_issuer="people")


def bearer() -> str:
    return "Bearer " + PEOPLE.person(PERSON, SESSION, 1, timedelta(minutes=1))


def test_a_bearer_token_names_the_person() -> None:
    found = Authenticator(VERIFIER).authenticate({"authorization": bearer()})
    assert found == Principal(PERSON, None, SESSION, 1)


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_has_no_case(scheme: str) -> None:
    value = bearer().replace("Bearer", scheme)
    assert Authenticator(VERIFIER).authenticate({"authorization": value}).user_id == PERSON


@pytest.mark.parametrize("metadata", [{}, {"authorization": b"Bearer x"}, {"authorization": "Basic x"}], ids=str)
def test_without_a_bearer_token_nobody_is_known(metadata: dict[str, str | bytes]) -> None:
    with pytest.raises(Unauthenticated):
        Authenticator(VERIFIER).authenticate(metadata)


def test_a_service_acts_for_a_person() -> None:
    metadata = dict(ServiceCredentials(HELPER).call_metadata(on_behalf_of=PERSON, cause=EVENT))
    assert metadata["x-todo-cause"] == str(EVENT)
    assert Authenticator(VERIFIER).authenticate(metadata) == Principal(user_id=PERSON, service="helper")


def test_a_service_that_says_no_more_has_only_its_token() -> None:
    assert [key for key, _ in ServiceCredentials(HELPER).call_metadata()] == ["authorization"]


def test_a_person_acts_for_nobody_else() -> None:
    with pytest.raises(PermissionDenied):
        Authenticator(VERIFIER).authenticate({"authorization": bearer(), "x-todo-on-behalf-of": str(uuid4())})


def test_a_person_who_is_no_uuid_is_refused() -> None:
    metadata = dict(ServiceCredentials(HELPER).call_metadata()) | {"x-todo-on-behalf-of": "me"}
    with pytest.raises(InvalidArgument):
        Authenticator(VERIFIER).authenticate(metadata)


async def test_a_token_from_elsewhere_passes_the_guard_too() -> None:
    async def revoked(principal: Principal) -> None:
        raise Unauthenticated(f"generation {principal.generation} is over")

    with pytest.raises(Unauthenticated, match="generation 1"):
        await Authenticator(VERIFIER, revoked).authenticate_token(bearer().removeprefix("Bearer "))
