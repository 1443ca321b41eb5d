"""A schema registry as this pipeline needs it: one method for each call of Confluent's API that it makes."""

from typing import Any, Self
from urllib.parse import quote

import httpx

_TIMEOUT = 15.0
_ATTEMPTS = 3
_CONTENT_TYPE = "application/vnd.schemaregistry.v1+json"


class RegistryUnreachableError(ConnectionError):
    """Nothing answers at the address, or what answers is no schema registry."""


class RegistryRefusedError(Exception):
    """The registry refuses a schema; the message is its reason."""


class Registry:
    """A connection to one registry; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            timeout=_TIMEOUT,
            headers={"Content-Type": _CONTENT_TYPE, "Accept": f"{_CONTENT_TYPE}, application/json"},
            transport=httpx.HTTPTransport(retries=_ATTEMPTS),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def find(self, subject: str, schema: str) -> int | None:
        """The id under which the subject holds exactly this schema."""
        response = self._call("POST", f"/subjects/{quote(subject, safe='')}", schema=schema)
        if response.status_code == 404:
            return None
        return int(self._json(response)["id"])

    def incompatibilities(self, subject: str, schema: str, level: str) -> list[str]:
        """Why the subject's level forbids a schema, as far as the registry says; empty when it is allowed.

        Only a transitive level is asked about all versions: Apicurio looks at all of them whenever it is asked so,
        Confluent's registry at those that the level means.
        """
        versions = "versions" if level.endswith("_TRANSITIVE") else "versions/latest"
        path = f"/compatibility/subjects/{quote(subject, safe='')}/{versions}"
        response = self._call("POST", path, params={"verbose": "true"}, schema=schema)
        if response.status_code == 404:
            return []
        if response.status_code == 422:
            return [self._reason(response)]
        answer = self._json(response)
        if answer["is_compatible"]:
            return []
        return [str(message) for message in answer.get("messages") or ["it is incompatible"]]

    def add(self, subject: str, schema: str) -> int:
        """Register a version and return its id; raises RegistryRefusedError when it isn't allowed."""
        response = self._call("POST", f"/subjects/{quote(subject, safe='')}/versions", schema=schema)
        if response.status_code in (409, 422):
            raise RegistryRefusedError(self._reason(response))
        return int(self._json(response)["id"])

    def level(self, subject: str) -> str | None:
        """The compatibility level of a subject; None where it has none of its own."""
        response = self._call("GET", f"/config/{quote(subject, safe='')}")
        if response.status_code == 404:
            return None
        return str(self._json(response)["compatibilityLevel"])

    def set_level(self, subject: str, level: str) -> None:
        """Give a subject a compatibility level, before or after its first version."""
        path = f"/config/{quote(subject, safe='')}"
        response = self._call("PUT", path, json={"compatibility": level})
        if response.status_code == 409:
            # Apicurio creates the level or changes it, and somebody else has just created it.
            response = self._call("PUT", path, json={"compatibility": level})
        self._json(response)

    def _call(
        self,
        method: str,
        path: str,
        *,
        schema: str | None = None,
        json: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> httpx.Response:
        if schema is not None:
            json = {"schema": schema, "schemaType": "AVRO"}
            params = {"normalize": "true", **(params or {})}
        try:
            return self._http.request(method, self._url + path, json=json, params=params)
        except httpx.TransportError as error:
            raise RegistryUnreachableError(f"no schema registry answers at {self._url} ({error})") from error

    def _json(self, response: httpx.Response) -> Any:
        if response.status_code != 200:
            what = f"{response.request.method} {response.request.url} answered {response.status_code}"
            raise RegistryUnreachableError(f"{what}: {self._reason(response)}")
        return response.json()

    @staticmethod
    def _reason(response: httpx.Response) -> str:
        try:
            return str(response.json()["message"])
        except (ValueError, KeyError, TypeError):
            return response.text[:200]
