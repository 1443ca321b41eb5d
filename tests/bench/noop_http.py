"""The floor of REST: a FastAPI route that does nothing, served as the product serves. Prints its port, then serves."""

import asyncio

import uvloop
from fastapi import FastAPI

from services.chat_api.gateway.server import HttpServer

PATH = "/nothing"


async def _serve() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.post(PATH)
    async def nothing() -> dict[str, str]:
        return {"name": "nothing"}

    async with HttpServer(app, "127.0.0.1", 0) as server:
        print(server.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve())
