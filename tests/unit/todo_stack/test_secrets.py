"""Secrets: made once, private, and each service knows its own key and everybody's public ones."""

import base64
import json
import stat
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from todo_contracts.manifest import Manifest
from todo_stack.secrets import ensure


def test_a_password_for_every_login_role(tmp_path: Path, gateway: Manifest, worker: Manifest) -> None:
    passwords = ensure(tmp_path / "secrets", [gateway, worker]).passwords

    assert set(passwords) == {"postgres", "front_owner", "front_app", "front_relay"}
    assert len(set(passwords.values())) == 4


def test_secrets_stay_the_same(tmp_path: Path, gateway: Manifest, worker: Manifest) -> None:
    first = ensure(tmp_path, [gateway])
    key = (tmp_path / "front" / "signing-key").read_bytes()

    second = ensure(tmp_path, [gateway, worker])

    assert second.passwords == first.passwords
    assert (tmp_path / "front" / "signing-key").read_bytes() == key


def test_a_key_that_a_manifest_asks_for_is_made_once(tmp_path: Path, worker: Manifest) -> None:
    wanting = replace(worker, secrets=("box-key",))
    ensure(tmp_path, [wanting])
    key = (tmp_path / "back" / "box-key").read_text()

    ensure(tmp_path, [wanting])

    assert len(base64.urlsafe_b64decode(key)) == 32
    assert (tmp_path / "back" / "box-key").read_text() == key
    assert stat.S_IMODE((tmp_path / "back" / "box-key").stat().st_mode) == 0o600


def test_every_service_knows_all_public_keys(tmp_path: Path, gateway: Manifest, worker: Manifest) -> None:
    secrets = ensure(tmp_path, [gateway, worker])
    message = b"signed by the front"
    private = load_pem_private_key((secrets.of("front") / "signing-key").read_bytes(), None)
    assert isinstance(private, Ed25519PrivateKey)

    keys = {key["kid"]: key for key in json.loads((secrets.of("back") / "jwks").read_text())["keys"]}

    assert set(keys) == {"front", "back"}
    assert (keys["front"]["kty"], keys["front"]["crv"], keys["front"]["alg"]) == ("OKP", "Ed25519", "EdDSA")
    raw = base64.urlsafe_b64decode(keys["front"]["x"] + "=")
    Ed25519PublicKey.from_public_bytes(raw).verify(private.sign(message), message)


def test_nobody_else_can_read_them(tmp_path: Path, gateway: Manifest) -> None:
    ensure(tmp_path / "secrets", [gateway])

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").rglob("*")}

    assert modes == {"passwords.json": 0o600, "front": 0o700, "signing-key": 0o600, "jwks": 0o600}
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
