"""Moves one file from the Maven repository to the disk, with retries, and compares it with its SHA-256.

The repository is `TODO_MAVEN_REPOSITORY`, else Maven's default one; TLS trusts the system's certificates.
"""

import hashlib
import os
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx
import truststore
from jgo.constants import MAVEN_CENTRAL_URL

from todo_stack.artifacts import Artifact
from todo_stack.errors import StackError

Progress = Callable[[int], None]

_ATTEMPTS = 4
_TIMEOUT = httpx.Timeout(30.0)


class WrongContentError(Exception):
    """What arrived is not the pinned file."""


def open_client() -> httpx.Client:
    """A client for many transfers, from several threads."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.Client(verify=context, timeout=_TIMEOUT, follow_redirects=True)


def transfer(client: httpx.Client, artifact: Artifact, target: Path, progress: Progress) -> None:
    """Write the artifact's content to `target` and flush it to the disk. Raises StackError.

    `progress` gets the number of bytes that just arrived, those of failed attempts too.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _stream(client, artifact, target, progress)
        except (httpx.HTTPError, WrongContentError) as error:
            if attempt == _ATTEMPTS or _is_final(error):
                raise StackError(_explain(artifact, error)) from error
        except OSError as error:
            raise StackError(f"{target} can't be written: {error.strerror}. Check the disk.") from error
        else:
            return


def _stream(client: httpx.Client, artifact: Artifact, target: Path, progress: Progress) -> None:
    digest = hashlib.sha256()
    with client.stream("GET", f"{_repository()}/{artifact.path}") as response, target.open("wb") as file:
        response.raise_for_status()
        for chunk in response.iter_bytes():
            file.write(chunk)
            digest.update(chunk)
            progress(len(chunk))
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != artifact.sha256:
        raise WrongContentError("its content differs from the pinned SHA-256")


def _repository() -> str:
    return os.environ.get("TODO_MAVEN_REPOSITORY", MAVEN_CENTRAL_URL).rstrip("/")


def _is_final(error: Exception) -> bool:
    return isinstance(error, httpx.HTTPStatusError) and error.response.status_code in {401, 403, 404, 407}


def _explain(artifact: Artifact, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return (
        f"{artifact.filename} can't be downloaded: {reason}. Check the network and the proxy settings, "
        "or set TODO_MAVEN_REPOSITORY to a Maven repository that you can reach; then start again."
    )
