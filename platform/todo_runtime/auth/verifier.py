"""Checks tokens against the public keys of all services.

Follows RFC 8725: one algorithm, whatever the token says; the key is chosen by `kid` from our own set, never taken
from the token; `typ`, `iss`, `aud` and times are checked; a service cannot speak for another.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from jwt.algorithms import OKPAlgorithm
from jwt.types import Options

from todo_runtime.auth import claims
from todo_runtime.auth.principal import Principal
from todo_runtime.bounded_cache import BoundedCache
from todo_runtime.clock import Clock, SystemClock
from todo_runtime.errors import Unauthenticated
from todo_runtime.telemetry import metrics

LEEWAY = timedelta(seconds=30)
"""How much clocks may differ."""

_TOKEN_LENGTH = 4_096
_HEADER = frozenset({"alg", "kid", "typ"})
_REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti"]
_OPTIONS_WITHOUT_TIMES: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "require": _REQUIRED,
}


class TokenVerifier:
    """Verifies tokens and caches verified ones, `cache_size` at most, until they expire."""

    def __init__(self, jwks: str, *, person_issuer: str, clock: Clock | None = None, cache_size: int = 10_000) -> None:
        """`jwks` is a JSON Web Key Set (RFC 8037 keys, `kid` = service); only `person_issuer` signs for people.

        Raises ValueError if the key set is not usable.
        """
        self._keys = _public_keys(jwks)
        self._person_issuer = person_issuer
        self._clock = clock or SystemClock()
        self._verified = BoundedCache[str, tuple[Principal, datetime]](cache_size)

    def verify(self, token: str) -> Principal:
        """The principal of a token. Raises Unauthenticated, with a reason for programs and no details for attackers."""
        known = self._verified.get(token)
        if known is not None and self._clock.now() < known[1]:
            return known[0]
        try:
            principal, until = self._verify(token)
        except Unauthenticated:
            metrics.TOKENS_VERIFIED.labels("refused").inc()
            raise
        metrics.TOKENS_VERIFIED.labels("verified").inc()
        self._verified.put(token, (principal, until))
        return principal

    def _verify(self, token: str) -> tuple[Principal, datetime]:
        if len(token) > _TOKEN_LENGTH:
            raise _invalid_token()
        try:
            header = jwt.get_unverified_header(token)
            kid = self._check_header(header)
            payload = jwt.decode(
                token,
                self._keys[kid],
                algorithms=[claims.ALGORITHM],
                audience=claims.AUDIENCE,
                issuer=kid,
                options=_OPTIONS_WITHOUT_TIMES,
            )
            until = self._check_times(payload)
            return self._principal(header["typ"], kid, payload), until
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise _invalid_token() from error

    def _check_header(self, header: Mapping[str, Any]) -> str:
        """The key id. A header with any other parameter (`jwk`, `jku`, `crit`, …) is rejected."""
        if header.keys() != _HEADER or header["alg"] != claims.ALGORITHM or header["kid"] not in self._keys:
            raise _invalid_token()
        return str(header["kid"])

    def _check_times(self, payload: Mapping[str, Any]) -> datetime:
        """When the token expires, including the leeway."""
        now = self._clock.now()
        until = _time(payload["exp"]) + LEEWAY
        if now >= until:
            raise Unauthenticated("The token has expired.", reason="TOKEN_EXPIRED")
        if now < _time(max(payload["iat"], payload.get("nbf", 0))) - LEEWAY:
            raise _invalid_token()
        return until

    def _principal(self, kind: str, issuer: str, payload: Mapping[str, Any]) -> Principal:
        if kind == claims.SERVICE and payload["sub"] == issuer:
            return Principal(service=issuer)
        if kind == claims.PERSON and issuer == self._person_issuer:
            return _person(payload)
        raise _invalid_token()


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _person(payload: Mapping[str, Any]) -> Principal:
    role = payload.get("role")
    return Principal(
        user_id=UUID(str(payload["sub"])),
        session_id=UUID(str(payload["sid"])),
        generation=int(payload["gen"]),
        role=str(role) if role else None,
        expires_at=datetime.fromtimestamp(float(payload["exp"]), UTC),
    )


def _public_keys(jwks: str) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    for key in json.loads(jwks)["keys"]:
        if key.get("kty") != "OKP" or key.get("crv") != "Ed25519" or "d" in key:
            raise ValueError(f"The key {key.get('kid')!r} is not a public Ed25519 key.")
        keys[key["kid"]] = OKPAlgorithm.from_jwk(key)
    return keys


def _invalid_token() -> Unauthenticated:
    return Unauthenticated("The token is not valid.", reason="TOKEN_INVALID")
