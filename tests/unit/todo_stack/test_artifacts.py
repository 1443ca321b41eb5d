"""The pinned files: complete for every platform, and a clear word where there are none."""

import platform

import pytest
from todo_stack.artifacts import component, platform_key
from todo_stack.errors import StackError
from todo_stack.pin import PLATFORMS


@pytest.mark.parametrize("key", PLATFORMS)
def test_postgres_is_pinned_for_every_platform(key: str) -> None:
    (artifact,) = component("postgres", key).artifacts

    assert key in artifact.path
    assert len(artifact.sha256) == 64
    assert artifact.size > 1_000_000


def test_kafka_is_pinned_with_its_logging_binding() -> None:
    names = {artifact.filename.rsplit("-", 1)[0] for artifact in component("kafka").artifacts}

    assert {"kafka_2.13", "kafka-clients", "log4j-slf4j-impl", "scala-library"} <= names


def test_sizes_add_up() -> None:
    kafka = component("kafka")

    assert kafka.size == sum(artifact.size for artifact in kafka.artifacts)


@pytest.mark.parametrize(
    ("system", "machine", "key"),
    [
        ("linux", "x86_64", "linux-amd64"),
        ("linux", "aarch64", "linux-arm64v8"),
        ("darwin", "x86_64", "darwin-amd64"),
        ("darwin", "arm64", "darwin-arm64v8"),
    ],
)
def test_platforms_have_postgres_names(monkeypatch: pytest.MonkeyPatch, system: str, machine: str, key: str) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)

    assert platform_key() == key


def test_an_unknown_platform_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")

    with pytest.raises(StackError, match=r"no PostgreSQL for win32.*use Linux or macOS"):
        platform_key()
