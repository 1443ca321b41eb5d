"""Secrets behind one interface, read from a folder or from a Dapr secret store."""

from todo_runtime.secrets.dapr import DaprSecrets
from todo_runtime.secrets.interface import SecretNotFoundError, SecretStore
from todo_runtime.secrets.local import LocalSecrets

__all__ = ["DaprSecrets", "LocalSecrets", "SecretNotFoundError", "SecretStore"]
