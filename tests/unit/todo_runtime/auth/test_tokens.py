"""Tokens that are right, and the attacks of RFC 8725 on those that are not."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from todo_runtime.auth import OPERATOR, Principal, TokenIssuer, TokenVerifier
from todo_runtime.clock import FixedClock
from todo_runtime.errors import Unauthenticated

from tests.unit.todo_runtime.keys import Keys, make_keys, public_jwk

PERSON, SESSION = uuid4(), uuid4()
HOUR = timedelta(hours=1)


@pytest.fixture
def keys() -> Keys:
    return make_keys("people", "helper")


@pytest.fixture
def people(keys: Keys, clock: FixedClock) -> TokenIssuer:
    return TokenIssuer("people", keys.pems["people"], clock)


@pytest.fixture
def helper(keys: Keys, clock: FixedClock) -> TokenIssuer:
    return TokenIssuer("helper", keys.pems["helper"], clock)


@pytest.fixture
def verifier(keys: Keys, clock: FixedClock) -> TokenVerifier:
    return TokenVerifier(keys.jwks, person_issuer="people", clock=clock)


class Forger:
    """Makes tokens with any claims, header and key."""

    def __init__(self, keys: Keys, clock: FixedClock) -> None:
        self._keys = keys
        self._now = int(clock.now().timestamp())

    def token(self, *, key: Any = None, header: dict[str, Any] | None = None, without: str = "", **claims: Any) -> str:
        payload = {
            "iss": "people",
            "aud": "todo",
            "sub": str(PERSON),
            "iat": self._now,
            "exp": self._now + 60,
            "jti": "1",
            "sid": str(SESSION),
            "gen": 3,
        } | claims
        payload.pop(without, None)
        own: Any = load_pem_private_key(self._keys.pems["people"].encode(), None)
        return jwt.encode(
            payload,
            key or own,
            algorithm="EdDSA" if key is None or isinstance(key, Ed25519PrivateKey) else "RS256",
            headers={"kid": "people", "typ": "at+jwt"} | (header or {}),
        )


@pytest.fixture
def forger(keys: Keys, clock: FixedClock) -> Forger:
    return Forger(keys, clock)


def refused(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        verifier.verify(token)
    return caught.value.reason


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_persons_token_says_who_and_which_session(people: TokenIssuer, verifier: TokenVerifier) -> None:
    token = people.person(PERSON, SESSION, 3, HOUR)
    assert verifier.verify(token) == Principal(PERSON, None, SESSION, 3)


def test_an_operators_token_carries_the_role(people: TokenIssuer, verifier: TokenVerifier) -> None:
    principal = verifier.verify(people.person(PERSON, SESSION, 3, HOUR, role=OPERATOR))
    assert principal.is_operator


def test_a_services_token_names_the_service(helper: TokenIssuer, verifier: TokenVerifier) -> None:
    assert verifier.verify(helper.service()) == Principal(service="helper")


def test_a_services_token_is_renewed_a_minute_before_its_end(helper: TokenIssuer, clock: FixedClock) -> None:
    first = helper.service()
    clock.advance(timedelta(minutes=4, seconds=-1))
    assert helper.service() == first
    clock.advance(timedelta(seconds=1))
    assert helper.service() != first


def test_a_forged_token_with_nothing_changed_is_accepted(forger: Forger, verifier: TokenVerifier) -> None:
    assert verifier.verify(forger.token()) == Principal(PERSON, None, SESSION, 3)


def test_a_token_ends_after_the_leeway_also_when_cached(
    people: TokenIssuer, verifier: TokenVerifier, clock: FixedClock
) -> None:
    token = people.person(PERSON, SESSION, 3, HOUR)
    verifier.verify(token)
    clock.advance(HOUR + timedelta(seconds=29))
    verifier.verify(token)
    clock.advance(timedelta(seconds=1))
    assert refused(verifier, token) == "TOKEN_EXPIRED"


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_of_the_future_is_refused(
    claim: str, forger: Forger, verifier: TokenVerifier, clock: FixedClock
) -> None:
    soon: Any = int(clock.now().timestamp()) + 30
    verifier.verify(forger.token(**{claim: soon, "exp": soon + 60}))
    assert refused(verifier, forger.token(**{claim: soon + 1, "exp": soon + 60})) == "TOKEN_INVALID"


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "iat", "exp", "jti", "sid", "gen"])
def test_a_token_without_a_claim_is_refused(claim: str, forger: Forger, verifier: TokenVerifier) -> None:
    refused(verifier, forger.token(without=claim))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"iss": "helper"},
        {"sub": "not a uuid"},
        {"sid": 7},
        {"gen": "many"},
        {"exp": "tomorrow"},
        {"exp": 1e400},
        {"iat": None},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(claims: dict[str, Any], forger: Forger, verifier: TokenVerifier) -> None:
    refused(verifier, forger.token(**claims))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "svc+jwt"},
        {"typ": "JWT"},
        {"kid": "helper"},
        {"kid": "nobody"},
        {"kid": "../people"},
        {"crit": ["exp"]},
        {"jku": "https://attacker.example/jwks"},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_header_is_refused(
    header: dict[str, Any], forger: Forger, verifier: TokenVerifier
) -> None:
    refused(verifier, forger.token(header=header))


def test_a_key_inside_the_token_is_not_believed(forger: Forger, verifier: TokenVerifier) -> None:
    key = Ed25519PrivateKey.generate()
    refused(verifier, forger.token(key=key, header={"jwk": public_jwk("people", key)}))
    refused(verifier, forger.token(key=key))


def test_another_algorithm_is_refused(forger: Forger, verifier: TokenVerifier) -> None:
    refused(verifier, forger.token(key=generate_private_key(65537, 2048)))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_no_signature_is_refused(algorithm: str, forger: Forger, verifier: TokenVerifier) -> None:
    _, payload, _ = forger.token().split(".")
    refused(verifier, f"{part({'alg': algorithm, 'kid': 'people', 'typ': 'at+jwt'})}.{payload}.")


def test_the_public_key_is_no_shared_secret(keys: Keys, forger: Forger, verifier: TokenVerifier) -> None:
    _, payload, _ = forger.token().split(".")
    body = f"{part({'alg': 'HS256', 'kid': 'people', 'typ': 'at+jwt'})}.{payload}"
    public = base64.urlsafe_b64decode(json.loads(keys.jwks)["keys"][0]["x"] + "=")
    signature = hmac.new(public, body.encode(), hashlib.sha256).digest()
    refused(verifier, f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


def test_a_changed_payload_is_refused(forger: Forger, verifier: TokenVerifier) -> None:
    head, _, signature = forger.token().split(".")
    _, other, _ = forger.token(sub=str(UUID(int=1))).split(".")
    refused(verifier, f"{head}.{other}.{signature}")


def test_a_service_cannot_sign_for_a_person(helper: TokenIssuer, verifier: TokenVerifier) -> None:
    refused(verifier, helper.person(PERSON, SESSION, 3, HOUR))


def test_a_service_cannot_speak_for_another(keys: Keys, forger: Forger, verifier: TokenVerifier) -> None:
    helper = load_pem_private_key(keys.pems["helper"].encode(), None)
    header = {"kid": "helper", "typ": "svc+jwt"}
    verifier.verify(forger.token(key=helper, header=header, iss="helper", sub="helper"))
    refused(verifier, forger.token(key=helper, header=header, iss="helper", sub="people"))
    refused(verifier, forger.token(key=helper, header=header, iss="people", sub="people"))


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "a.b.c.d", "é.é.é", "x" * 5_000])
def test_what_is_no_token_is_refused(token: str, verifier: TokenVerifier) -> None:
    assert refused(verifier, token) == "TOKEN_INVALID"


def test_the_cache_is_bounded(keys: Keys, people: TokenIssuer, clock: FixedClock) -> None:
    verifier = TokenVerifier(keys.jwks, person_issuer="people", clock=clock, cache_size=2)
    tokens = [people.person(PERSON, SESSION, number, HOUR) for number in range(5)]
    assert [verifier.verify(token).generation for token in tokens] == list(range(5))
    assert len(verifier._verified) == 2


def test_a_key_set_with_another_kind_of_key_is_refused() -> None:
    with pytest.raises(ValueError, match="'rsa' is not a public Ed25519 key"):
        TokenVerifier(json.dumps({"keys": [{"kty": "RSA", "kid": "rsa"}]}), person_issuer="people")


def test_a_signing_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="Ed25519"):
        TokenIssuer("people", rsa.decode())
