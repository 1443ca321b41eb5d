"""The generated client for programs outside: its services and their addresses."""

import pytest
from todo.client import Todo


async def test_a_target_of_no_service_is_named() -> None:
    with pytest.raises(ValueError, match="there is no service adit"):
        Todo("localhost:1", targets={"adit": "localhost:2"})


async def test_one_address_is_one_channel() -> None:
    async with Todo("localhost:1", targets={"audit": "localhost:2", "sync": "localhost:2"}) as todo:
        assert len(todo._channels) == 2
