"""Class caches: used where they were recorded, and never in the way of a start."""

import subprocess
from pathlib import Path

from todo_stack.class_cache import class_cache
from todo_stack.components.java import java, recording


def test_each_component_has_its_own(tmp_path: Path) -> None:
    assert class_cache(tmp_path, "kafka") != class_cache(tmp_path, "registry")
    assert class_cache(tmp_path, "kafka") == class_cache(tmp_path, "kafka")


def test_only_what_was_recorded_is_used(tmp_path: Path) -> None:
    classes = tmp_path / "kafka.aot"
    assert java("Main", heap_mb=16, classes=classes) == java("Main", heap_mb=16)
    classes.touch()
    assert f"-XX:AOTCache={classes}" in java("Main", heap_mb=16, classes=classes)


def test_it_starts_with_one_that_is_spoilt(tmp_path: Path) -> None:
    classes = tmp_path / "kafka.aot"
    classes.write_text("no class cache")
    done = subprocess.run(java("-version", heap_mb=16, classes=classes), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_run_that_records_is_the_same_command_otherwise(tmp_path: Path) -> None:
    command = java("Main", heap_mb=16)
    recorded = recording(command, tmp_path / "kafka.part")
    assert recorded[0] == command[0]
    assert recorded[2:] == command[1:]
