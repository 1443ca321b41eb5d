"""Messages go to the public internet only, whatever an address says; and a channel that hangs is cut off."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from todo_runtime.errors import InvalidArgument

from services.notification.service.apprise_sender import AppriseSender, parse_address

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[int]:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
async def sender() -> AsyncIterator[AppriseSender]:
    sender = AppriseSender(allow_private=False)
    yield sender
    await sender.close()


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1:{port}/",
        "jsons://127.0.0.1:{port}/",
        "json://localhost:{port}/",
        "mailto://user:pw@example.com:{port}?smtp=127.0.0.1",
    ],
)
async def test_no_connection_to_our_own_network_is_opened(sender: AppriseSender, url: str) -> None:
    seen = asyncio.Event()

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.set()
        writer.close()

    async with listening(note) as port:
        with pytest.raises(InvalidArgument, match="public internet"):
            await sender.send(url.format(port=port), "title", "body", uuid4())
    assert not seen.is_set()


def test_a_list_of_addresses_is_not_taken_for_several_channels() -> None:
    assert parse_address("json://hooks.example.com/,json://127.0.0.1:9/").host == "hooks.example.com"


async def test_a_channel_that_never_ends_its_answer_is_cut_off() -> None:
    sender, connected, gone = AppriseSender(allow_private=True), asyncio.Event(), asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    async with listening(hang) as port, asyncio.timeout(8):
        sending = asyncio.create_task(sender.send(f"json://127.0.0.1:{port}/?rto=3600", "title", "body", uuid4()))
        await connected.wait()
        sending.cancel()
        await gone.wait()
    await sender.close()


@pytest.mark.parametrize("url", ["slack://sesame", "tgram://sesame/chat", "json://user:sesame@ho st"])
def test_an_address_that_is_not_understood_is_refused_and_not_repeated(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        parse_address(url)
    assert "sesame" not in str(refused.value) + caplog.text
