"""A client is stranded when a broker answers and none of its partitions has a leader, again and again."""

from typing import Any

from todo_runtime.kafka.stranded import ROUNDS, Watch


def statistics(*leaders: int, broker: str = "UP", state: str = "active") -> dict[str, Any]:
    partitions = {
        str(number): {"partition": number, "leader": leader, "fetch_state": state}
        for number, leader in enumerate(leaders)
    }
    return {"brokers": {"kafka:9092/1": {"state": broker}}, "topics": {"task-events": {"partitions": partitions}}}


def is_stranded_by(found: dict[str, Any], rounds: int = ROUNDS) -> bool:
    watch = Watch()
    for _ in range(rounds):
        watch.observe(found)
    return watch.is_stranded


def test_no_leader_for_long_enough_strands() -> None:
    assert is_stranded_by(statistics(-1, -1))
    assert not is_stranded_by(statistics(-1, -1), ROUNDS - 1)


def test_one_leader_is_enough() -> None:
    assert not is_stranded_by(statistics(-1, 1))


def test_without_a_broker_it_only_waits() -> None:
    assert not is_stranded_by(statistics(-1, -1, broker="DOWN"))


def test_a_member_without_partitions_is_not_stranded() -> None:
    assert not is_stranded_by(statistics())
    assert not is_stranded_by(statistics(-1, state="none"))


def test_an_election_in_between_and_a_new_client_begin_the_count_anew() -> None:
    watch = Watch()
    without = [statistics(-1)] * (ROUNDS - 1)
    heard = []
    for found in (*without, statistics(1), *without, statistics(-1)):
        watch.observe(found)
        heard.append(watch.is_stranded)
    assert heard == [False] * (2 * ROUNDS - 1) + [True]
    watch.reset()
    heard.append(watch.is_stranded)
    assert not heard[-1]
