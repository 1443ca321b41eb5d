"""Settings from an environment, good and bad."""

from pathlib import Path

import pytest
from todo_runtime.config import ConfigError, DaprSettings, LogSettings, Settings

GOOD = {
    "TODO_SERVICE": "chat_api",
    "TODO_GRPC_PORT": "50051",
    "TODO_METRICS_PORT": "9101",
    "TODO_KAFKA_BOOTSTRAP": "kafka-0:9092,kafka-1:9092",
    "TODO_REGISTRY_URL": "http://127.0.0.1:8081/apis/ccompat/v7",
    "TODO_SECRETS_DIR": "/run/secrets",
}


def problems(environ: dict[str, str], required: tuple[str, ...] = ()) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        Settings.from_environment(environ, required)
    return caught.value.problems


def test_what_every_service_needs_is_enough() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.grpc_address == "127.0.0.1:50051"
    assert settings.secrets_dir == Path("/run/secrets")
    assert settings.http_port is None
    assert settings.otlp_endpoint is None
    assert settings.environment == "production"
    assert settings.outgoing_allow_private is False
    assert settings.log == LogSettings("info", "json")


def test_all_is_read() -> None:
    settings = Settings.from_environment(
        GOOD
        | {
            "TODO_BIND_HOST": "0.0.0.0",  # noqa: S104 - a value to read
            "TODO_HTTP_PORT": "8080",
            "TODO_DATABASE_URL": "postgresql://app:x@localhost:5432/chat_api",
            "TODO_DATABASE_RELAY_URL": "postgresql://relay:x@localhost:5432/chat_api",
            "TODO_TARGET_AUDIT": "127.0.0.1:50054",
            "TODO_TARGET_RECURRING_TASK": "127.0.0.1:50053",
            "TODO_PUBLIC_SYNC_URL": "ws://127.0.0.1:8090/v1/sync",
            "TODO_OUTGOING_ALLOW_PRIVATE": "True",
            "TODO_LOG_LEVEL": "DEBUG",
            "TODO_LOG_FORMAT": "text",
            "TODO_ENVIRONMENT": "local",
        }
    )
    assert settings.http_port == 8080
    assert settings.database_url() == "postgresql://app:x@localhost:5432/chat_api"
    assert settings.database_url("relay") == "postgresql://relay:x@localhost:5432/chat_api"
    assert settings.target("recurring_task") == "127.0.0.1:50053"
    assert settings.public_sync_url == "ws://127.0.0.1:8090/v1/sync"
    assert settings.outgoing_allow_private is True
    assert settings.log == LogSettings("debug", "text")
    assert settings.environment == "local"


def test_everything_that_is_missing_is_named_at_once() -> None:
    named = {problem.split()[0] for problem in problems({}, ("TODO_HTTP_PORT",))}
    assert named == {*GOOD, "TODO_HTTP_PORT"}


def test_an_identity_for_kafka_is_three_files_or_none() -> None:
    files = {
        "TODO_KAFKA_CA": "/tls/ca.crt",
        "TODO_KAFKA_CERTIFICATE": "/tls/user.crt",
        "TODO_KAFKA_KEY": "/tls/user.key",
    }
    assert Settings.from_environment(GOOD).kafka.client() == {"bootstrap.servers": GOOD["TODO_KAFKA_BOOTSTRAP"]}
    client = Settings.from_environment(GOOD | files).kafka.client()
    assert client["security.protocol"] == "ssl"
    assert client["ssl.key.location"] == "/tls/user.key"
    del files["TODO_KAFKA_KEY"]
    assert problems(GOOD | files) == ("TODO_KAFKA_KEY is not set",)


def test_an_empty_variable_is_a_missing_one() -> None:
    assert problems(GOOD | {"TODO_SERVICE": "  "}) == ("TODO_SERVICE is not set",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TODO_GRPC_PORT", "http"),
        ("TODO_GRPC_PORT", "65536"),
        ("TODO_GRPC_PORT", "-1"),
        ("TODO_GRPC_PORT", "\u0661"),
        ("TODO_KAFKA_BOOTSTRAP", "kafka"),
        ("TODO_KAFKA_BOOTSTRAP", "kafka:9092,:9092"),
        ("TODO_REGISTRY_URL", "registry:8081"),
        ("TODO_REGISTRY_URL", "http://[bad"),
        ("TODO_DATABASE_URL", "mysql://localhost/x"),
        ("TODO_DATABASE_RELAY_URL", "postgresql:///x"),
        ("TODO_TARGET_AUDIT", "audit"),
        ("TODO_LOG_LEVEL", "loud"),
        ("TODO_LOG_FORMAT", "xml"),
        ("TODO_ENVIRONMENT", "staging"),
        ("TODO_OUTGOING_ALLOW_PRIVATE", "yes"),
    ],
)
def test_what_is_invalid_is_named(name: str, value: str) -> None:
    (problem,) = problems(GOOD | {name: value})
    assert problem.startswith(f"{name} ")


def test_missing_and_invalid_are_told_together() -> None:
    environ = GOOD | {"TODO_LOG_LEVEL": "loud"}
    del environ["TODO_SERVICE"]
    assert len(problems(environ)) == 2


def test_a_password_is_not_told() -> None:
    assert "hunter2" not in "".join(problems(GOOD | {"TODO_DATABASE_URL": "mysql://app:hunter2@localhost/x"}))


def test_a_target_or_a_role_that_was_not_given_is_named() -> None:
    settings = Settings.from_environment(GOOD)
    with pytest.raises(ConfigError, match="TODO_TARGET_AUDIT"):
        settings.target("audit")
    with pytest.raises(ConfigError, match="TODO_DATABASE_URL"):
        settings.database_url()
    with pytest.raises(ConfigError, match="TODO_DATABASE_SCHEDULER_URL"):
        settings.database_url("scheduler")


def test_a_sidecar_has_the_secrets_and_no_folder_is_needed() -> None:
    without = {name: value for name, value in GOOD.items() if name != "TODO_SECRETS_DIR"}
    assert Settings.from_environment(GOOD).dapr is None
    assert problems(without) == ("TODO_SECRETS_DIR is not set",)
    settings = Settings.from_environment(without | {"DAPR_HTTP_PORT": "3500", "DAPR_API_TOKEN": "only-ours"})
    assert settings.dapr == DaprSettings("http://127.0.0.1:3500", "only-ours")
    assert "only-ours" not in repr(settings)


def test_a_sidecar_elsewhere_is_named_by_its_endpoint() -> None:
    endpoint = {"DAPR_HTTP_ENDPOINT": "https://dapr.example:443", "DAPR_HTTP_PORT": "3500"}
    assert Settings.from_environment(GOOD | endpoint).dapr == DaprSettings("https://dapr.example:443")


@pytest.mark.parametrize(
    ("name", "value"), [("DAPR_HTTP_PORT", "http"), ("DAPR_HTTP_PORT", "0"), ("DAPR_HTTP_ENDPOINT", "localhost:3500")]
)
def test_a_sidecar_nowhere_is_refused(name: str, value: str) -> None:
    (problem,) = problems(GOOD | {name: value})
    assert name in problem
