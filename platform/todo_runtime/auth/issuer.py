"""Issues tokens signed with this service's own key."""

from datetime import datetime, timedelta
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from todo_runtime.auth import claims
from todo_runtime.clock import Clock, SystemClock
from todo_runtime.ids import uuid7

SERVICE_LIFETIME = timedelta(minutes=5)
_RENEW_BEFORE = timedelta(minutes=1)


class TokenIssuer:
    """Signs tokens in the name of one service; its name is the issuer and the key id."""

    def __init__(self, service: str, signing_key: str, clock: Clock | None = None) -> None:
        """`signing_key` is an Ed25519 private key as PKCS8 PEM. Raises ValueError if it is not."""
        key = load_pem_private_key(signing_key.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("The signing key is not an Ed25519 key.")  # noqa: TRY004 - the argument has the right type
        self._service = service
        self._key = key
        self._clock = clock or SystemClock()
        self._own: tuple[str, datetime] | None = None

    def person(
        self, user_id: UUID, session_id: UUID, generation: int, lifetime: timedelta, role: str | None = None
    ) -> str:
        """A person's access token."""
        extra = {"sid": str(session_id), "gen": generation} | ({"role": role} if role else {})
        return self._sign(claims.PERSON, str(user_id), lifetime, extra)

    def service(self) -> str:
        """This service's own token, valid for at least another minute; reused until then."""
        now = self._clock.now()
        if self._own is None or now >= self._own[1]:
            token = self._sign(claims.SERVICE, self._service, SERVICE_LIFETIME, {})
            self._own = token, now + SERVICE_LIFETIME - _RENEW_BEFORE
        return self._own[0]

    def _sign(self, kind: str, subject: str, lifetime: timedelta, extra: dict[str, object]) -> str:
        now = self._clock.now()
        payload = {
            "iss": self._service,
            "aud": claims.AUDIENCE,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": str(uuid7()),
        }
        headers = {"kid": self._service, "typ": kind}
        return jwt.encode(payload | extra, self._key, algorithm=claims.ALGORITHM, headers=headers)
