"""Passwords and keys of one stack: made on the first start, kept in the data folder, for its owner only.

Each service gets a folder of its own with what it may know: `signing-key` (its Ed25519 private key, PKCS8
PEM), `jwks` (everybody's public keys, RFC 8037, key id = service name), and the keys that its manifest asks for.
"""

import base64
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from todo_contracts.manifest import Manifest

from todo_stack.provision import login_roles


@dataclass(frozen=True)
class Secrets:
    """`passwords` by database role; `folder` has one folder per service."""

    folder: Path
    passwords: dict[str, str]

    def of(self, service: str) -> Path:
        """The folder that the service reads its secrets from."""
        return self.folder / service


def ensure(folder: Path, manifests: Sequence[Manifest]) -> Secrets:
    """Read the secrets and make those that are missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    passwords = _passwords(folder / "passwords.json", manifests)
    keys = {manifest.name: _signing_key(folder / manifest.name / "signing-key") for manifest in manifests}
    jwks = json.dumps({"keys": [_public_jwk(name, key) for name, key in keys.items()]}, indent=1)
    for manifest in manifests:
        _write(folder / manifest.name / "jwks", jwks)
        for name in manifest.secrets:
            _random_key(folder / manifest.name / name)
    return Secrets(folder, passwords)


def _passwords(path: Path, manifests: Sequence[Manifest]) -> dict[str, str]:
    roles = ["postgres", *(f"{m.name}_{role}" for m in manifests for role in login_roles(m))]
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    complete = {role: secrets.token_urlsafe(24) for role in roles} | known
    if complete != known:
        _write(path, json.dumps(complete, indent=1))
    return complete


def _signing_key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        _write(path, _pem(Ed25519PrivateKey.generate()))
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} must be an Ed25519 key")
    return key


def _random_key(path: Path) -> None:
    """32 random bytes as base64url text."""
    if not path.exists():
        _write(path, base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def _pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _public_jwk(name: str, key: Ed25519PrivateKey) -> dict[str, str]:
    raw = key.public_key().public_bytes_raw()
    x = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": name, "alg": "EdDSA", "use": "sig"}


def _write(path: Path, text: str) -> None:
    """Write whole or not at all, with no moment in which others could read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.part")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)
