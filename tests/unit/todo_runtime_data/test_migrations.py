"""The tables that a migration includes: those of the runtime, and those of the packages beside it."""

import pytest
from todo_runtime.db.migrations import MigrationError, expand


@pytest.mark.parametrize(("name", "table"), [("outbox", "streams"), ("access", "access_people")])
def test_an_include_stands_for_the_tables_of_a_package(name: str, table: str) -> None:
    text = expand(f"SELECT 1;\n-- include: {name}\nSELECT 2;\n", "audit")
    assert f"CREATE TABLE {table}" in text
    assert " audit_app" in text
    assert ":app" not in text
    assert text.startswith("SELECT 1;")


def test_an_unknown_include_is_an_error() -> None:
    with pytest.raises(MigrationError, match=r"include: nothing: expected one file .*, found 0"):
        expand("-- include: nothing\n", "audit")
