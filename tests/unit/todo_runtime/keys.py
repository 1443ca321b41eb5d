"""Fresh keys of services, as the stack hands them out."""

import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import OKPAlgorithm


@dataclass(frozen=True)
class Keys:
    """Private keys (PKCS8 PEM) by service, and the key set with the public ones."""

    pems: dict[str, str]
    jwks: str


def make_keys(*services: str) -> Keys:
    """A key for each service."""
    private = {service: Ed25519PrivateKey.generate() for service in services}
    public = [public_jwk(service, key) for service, key in private.items()]
    return Keys({service: pem(key) for service, key in private.items()}, json.dumps({"keys": public}))


def pem(key: Ed25519PrivateKey) -> str:
    """PKCS8 PEM."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_jwk(kid: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """The public half."""
    found: dict[str, Any] = json.loads(OKPAlgorithm.to_jwk(key.public_key()))
    return found | {"kid": kid, "use": "sig"}
