"""Components and what follows from them."""

from todo_runtime.health import Component, Health


def test_a_service_is_ready_from_its_start() -> None:
    health = Health()
    assert (health.ready, health.status) == (False, "starting")
    health.start()
    assert (health.ready, health.status) == (True, "ok")


def test_a_required_component_decides() -> None:
    health = Health()
    health.require("database")
    health.start()
    assert (health.ready, health.status) == (False, "failing")
    health.set("database", ok=True)
    assert health.ready
    health.set("database", ok=False, reason="gone")
    assert health.components["database"] == Component(ok=False, reason="gone", required=True)
    assert not health.ready


def test_another_component_only_degrades() -> None:
    health = Health()
    health.start()
    health.set("kafka", ok=False, reason="no broker")
    assert (health.ready, health.status) == (True, "degraded")
    health.set("kafka", ok=True, reason="dropped")
    assert health.components["kafka"].reason == ""
    assert health.status == "ok"


def test_a_stopping_service_is_not_ready() -> None:
    health = Health()
    health.start()
    health.stop()
    assert not health.ready


def test_listeners_hear_of_changes_only() -> None:
    health = Health()
    heard: list[str] = []
    health.subscribe(lambda: heard.append(health.status))
    health.start()
    for _ in range(3):
        health.set("kafka", ok=False, reason="no broker")
    assert heard == ["ok", "degraded"]
