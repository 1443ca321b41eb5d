"""The settings of a service: read once from the environment into one frozen object, in main.py.

Guarantees: all missing and invalid variables are reported at once, by name, and never with the value of a secret.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self
from urllib.parse import urlsplit

LogFormat = Literal["json", "text"]

UNKNOWN = "unknown"
"""The version of a service that runs from a clone instead of an image."""

_LEVELS = ("debug", "info", "warning", "error")
_ALWAYS = (
    "TODO_SERVICE",
    "TODO_GRPC_PORT",
    "TODO_METRICS_PORT",
    "TODO_KAFKA_BOOTSTRAP",
    "TODO_REGISTRY_URL",
)


class ConfigError(Exception):
    """The environment is not valid; `problems` has one line for each variable."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("The configuration is not valid:\n" + "\n".join(f"  {problem}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The lowest level that is logged, and the format."""

    level: str = "info"
    format: LogFormat = "json"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the trusted authority, and the client's own certificate and key."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """The addresses of Kafka, `host:port` separated by commas, and the client's TLS files; plaintext without them."""

    bootstrap: str
    tls: TlsFiles | None = None

    def client(self) -> dict[str, str]:
        """The settings that all Kafka clients share."""
        if self.tls is None:
            return {"bootstrap.servers": self.bootstrap}
        return {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": "ssl",
            "ssl.ca.location": str(self.tls.ca),
            "ssl.certificate.location": str(self.tls.certificate),
            "ssl.key.location": str(self.tls.key),
        }


@dataclass(frozen=True, slots=True)
class DaprSettings:
    """The sidecar for secrets and state: the base URL of its HTTP API and the token that it requires."""

    endpoint: str
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration of a service. Port 0 means any free port.

    `databases` has the connection URLs by role (`app`, `relay`, …), `targets` the gRPC addresses by service name.
    `instance` identifies this replica of the service, and stays the same after a restart.
    """

    service: str
    bind_host: str
    grpc_port: int
    metrics_port: int
    http_port: int | None
    kafka: KafkaAccess
    registry_url: str
    secrets_dir: Path
    databases: Mapping[str, str]
    targets: Mapping[str, str]
    public_http_url: str | None
    public_sync_url: str | None
    outgoing_allow_private: bool
    otlp_endpoint: str | None
    environment: Literal["local", "production"]
    log: LogSettings
    version: str = UNKNOWN
    instance: str | None = None
    dapr: DaprSettings | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], required: Collection[str] = ()) -> Self:
        """Reads the variables. `required` names those that this service needs in addition to the common ones.

        Raises ConfigError.
        """
        reader = _Reader(environ, (*_ALWAYS, *required))
        settings = cls(
            service=reader.text("TODO_SERVICE") or "",
            bind_host=reader.text("TODO_BIND_HOST") or "127.0.0.1",
            grpc_port=reader.port("TODO_GRPC_PORT") or 0,
            metrics_port=reader.port("TODO_METRICS_PORT") or 0,
            http_port=reader.port("TODO_HTTP_PORT"),
            kafka=KafkaAccess(reader.addresses("TODO_KAFKA_BOOTSTRAP") or "", reader.tls("TODO_KAFKA")),
            registry_url=reader.url("TODO_REGISTRY_URL", "http", "https") or "",
            secrets_dir=reader.secrets_dir(),
            databases=reader.databases(),
            targets=reader.targets(),
            public_http_url=reader.url("TODO_PUBLIC_HTTP_URL", "http", "https"),
            public_sync_url=reader.url("TODO_PUBLIC_SYNC_URL", "ws", "wss"),
            outgoing_allow_private=reader.choice("TODO_OUTGOING_ALLOW_PRIVATE", ("false", "true")) == "true",
            otlp_endpoint=reader.url("TODO_OTLP_ENDPOINT", "http", "https"),
            environment="local"
            if reader.choice("TODO_ENVIRONMENT", ("production", "local")) == "local"
            else "production",
            log=LogSettings(
                level=reader.choice("TODO_LOG_LEVEL", ("info", *_LEVELS)),
                format="text" if reader.choice("TODO_LOG_FORMAT", ("json", "text")) == "text" else "json",
            ),
            version=reader.text("TODO_VERSION") or UNKNOWN,
            instance=reader.text("TODO_INSTANCE"),
            dapr=reader.dapr(),
        )
        reader.finish()
        return settings

    @property
    def grpc_address(self) -> str:
        """The address on which this service serves gRPC, `host:port`."""
        return f"{self.bind_host}:{self.grpc_port}"

    def database_url(self, role: str = "app") -> str:
        """The connection URL of a database role of this service. Raises ConfigError."""
        return self._require(
            self.databases,
            role,
            "TODO_DATABASE_URL" if role == "app" else f"TODO_DATABASE_{role.upper()}_URL",
        )

    def target(self, service: str) -> str:
        """The gRPC address of another service, `host:port`. Raises ConfigError."""
        return self._require(self.targets, service, f"TODO_TARGET_{service.upper()}")

    @staticmethod
    def _require(values: Mapping[str, str], key: str, variable: str) -> str:
        try:
            return values[key]
        except KeyError:
            raise ConfigError([f"{variable} is not set"]) from None


def log_format(environ: Mapping[str, str]) -> LogFormat:
    """The log format, for errors in the environment itself."""
    return "text" if environ.get("TODO_LOG_FORMAT", "").strip().lower() == "text" else "json"


class _Reader:
    """Reads single variables and collects problems. An empty variable counts as missing."""

    def __init__(self, environ: Mapping[str, str], required: Collection[str]) -> None:
        self._environ = {name: value.strip() for name, value in environ.items() if value.strip()}
        self._problems = [f"{name} is not set" for name in required if name not in self._environ]

    def finish(self) -> None:
        """Raises ConfigError if there are problems."""
        if self._problems:
            raise ConfigError(self._problems)

    def text(self, name: str) -> str | None:
        return self._environ.get(name)

    def port(self, name: str) -> int | None:
        value = self._environ.get(name)
        if value is None:
            return None
        if value.isascii() and value.isdigit() and int(value) < 65_536:
            return int(value)
        self._invalid(name, f"is not a port number: {value!r}")
        return None

    def tls(self, prefix: str) -> TlsFiles | None:
        """The three TLS files; None if none of them is set."""
        names = [f"{prefix}_{part}" for part in ("CA", "CERTIFICATE", "KEY")]
        given = [self._environ[name] for name in names if name in self._environ]
        if not given:
            return None
        if len(given) < len(names):
            self._problems += [f"{name} is not set" for name in names if name not in self._environ]
            return None
        ca, certificate, key = map(Path, given)
        return TlsFiles(ca, certificate, key)

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """The value in lower case; the first of `allowed` if it is missing."""
        value = self._environ.get(name, next(iter(allowed))).lower()
        if value not in allowed:
            self._invalid(name, f"must be one of {', '.join(dict.fromkeys(allowed))}, not {value!r}")
        return value

    def addresses(self, name: str) -> str | None:
        """One or several `host:port`, separated by commas."""
        value = self._environ.get(name)
        if value is not None and not all(_is_address(one.strip()) for one in value.split(",")):
            self._invalid(name, f"is not host:port: {value!r}")
        return value

    def url(self, name: str, *schemes: str) -> str | None:
        value = self._environ.get(name)
        if value is not None and not _is_url(value, schemes):
            self._invalid(name, f"is not a URL of the form {schemes[0]}://host…")
        return value

    def dapr(self) -> DaprSettings | None:
        """The sidecar, from the variables that Dapr itself sets; None if there is none."""
        port = self.port("DAPR_HTTP_PORT")
        if port == 0:
            self._invalid("DAPR_HTTP_PORT", "must be the sidecar's port, not 0")
        local = None if port is None else f"http://127.0.0.1:{port}"
        endpoint = self.url("DAPR_HTTP_ENDPOINT", "http", "https") or local
        return DaprSettings(endpoint, self.text("DAPR_API_TOKEN")) if endpoint else None

    def secrets_dir(self) -> Path:
        """The folder of secrets; required unless a sidecar provides them."""
        folder = self.text("TODO_SECRETS_DIR")
        if folder is None and not {"DAPR_HTTP_PORT", "DAPR_HTTP_ENDPOINT"} & self._environ.keys():
            self._problems.append("TODO_SECRETS_DIR is not set")
        return Path(folder or ".")

    def databases(self) -> Mapping[str, str]:
        """The database URLs by role; messages never contain the values, which hold passwords."""
        urls = {}
        for name in self._environ:
            if name.startswith("TODO_DATABASE_") and name.endswith("URL"):
                role = name.removeprefix("TODO_DATABASE_").removesuffix("URL").removesuffix("_").lower() or "app"
                urls[role] = self.url(name, "postgresql", "postgres") or ""
        return MappingProxyType(urls)

    def targets(self) -> Mapping[str, str]:
        names = [name for name in self._environ if name.startswith("TODO_TARGET_")]
        return MappingProxyType(
            {name.removeprefix("TODO_TARGET_").lower(): self.addresses(name) or "" for name in names}
        )

    def _invalid(self, name: str, what: str) -> None:
        self._problems.append(f"{name} {what}")


def _is_address(value: str) -> bool:
    host, colon, port = value.rpartition(":")
    return bool(host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65_536)


def _is_url(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
