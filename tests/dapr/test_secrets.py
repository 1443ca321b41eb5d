"""What every store of secrets does, wherever it keeps them."""

import pytest
from todo_runtime.secrets import SecretNotFoundError, SecretStore

from tests.dapr.conftest import SECRETS


@pytest.mark.parametrize("name", SECRETS)
async def test_a_secret_is_its_text(name: str, secrets: SecretStore) -> None:
    assert await secrets.get(name) == SECRETS[name]


@pytest.mark.parametrize("name", ["absent", "", "../jwks", "/etc/hostname", "."])
async def test_anything_else_is_not_found(name: str, secrets: SecretStore) -> None:
    with pytest.raises(SecretNotFoundError):
        await secrets.get(name)
