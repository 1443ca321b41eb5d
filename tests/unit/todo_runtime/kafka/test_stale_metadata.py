"""Metadata is stale when a broker answers and no partition has a leader, several times in a row."""

from typing import Any

from todo_runtime.kafka.stale_metadata import ROUNDS, Detector


def statistics(*leaders: int, broker: str = "UP", state: str = "active") -> dict[str, Any]:
    partitions = {
        str(number): {"partition": number, "leader": leader, "fetch_state": state}
        for number, leader in enumerate(leaders)
    }
    return {"brokers": {"kafka:9092/1": {"state": broker}}, "topics": {"task-events": {"partitions": partitions}}}


def is_stale_after(found: dict[str, Any], rounds: int = ROUNDS) -> bool:
    detector = Detector()
    for _ in range(rounds):
        detector.observe(found)
    return detector.is_stale


def test_no_leader_for_long_enough_is_stale() -> None:
    assert is_stale_after(statistics(-1, -1))
    assert not is_stale_after(statistics(-1, -1), ROUNDS - 1)


def test_one_leader_is_enough() -> None:
    assert not is_stale_after(statistics(-1, 1))


def test_without_a_broker_nothing_is_stale() -> None:
    assert not is_stale_after(statistics(-1, -1, broker="DOWN"))


def test_a_member_without_partitions_is_not_stale() -> None:
    assert not is_stale_after(statistics())
    assert not is_stale_after(statistics(-1, state="none"))


def test_an_election_and_a_new_client_reset_the_count() -> None:
    detector = Detector()
    without = [statistics(-1)] * (ROUNDS - 1)
    stale = []
    for found in (*without, statistics(1), *without, statistics(-1)):
        detector.observe(found)
        stale.append(detector.is_stale)
    assert stale == [False] * (2 * ROUNDS - 1) + [True]
    detector.reset()
    stale.append(detector.is_stale)
    assert not stale[-1]
