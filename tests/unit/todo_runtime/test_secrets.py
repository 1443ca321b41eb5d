"""Secrets from a folder."""

from pathlib import Path

import pytest
from todo_runtime.secrets import LocalSecrets, SecretNotFoundError


async def test_a_secret_is_the_text_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "jwks").write_text("{}\n")
    assert await LocalSecrets(tmp_path).get("jwks") == "{}\n"


@pytest.mark.parametrize("name", ["absent", "", "../jwks", "/etc/hostname", "."])
async def test_anything_else_is_not_found(name: str, tmp_path: Path) -> None:
    (tmp_path / "jwks").write_text("{}")
    folder = tmp_path / "secrets"
    folder.mkdir()
    with pytest.raises(SecretNotFoundError):
        await LocalSecrets(folder).get(name)
