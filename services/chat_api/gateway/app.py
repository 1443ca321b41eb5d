"""The HTTP application: the documents of the site, and the gateway for every other path."""

from collections.abc import Mapping

import grpc
from fastapi import FastAPI
from starlette.routing import Route as Page
from todo_bindings.chat_api.gateway import FORWARDED
from todo_runtime.rest.openapi import document, load_comments
from todo_runtime.rest.routes import Route, RouteTable, routes_of
from todo_runtime.rpc import RpcServer

from services.chat_api.gateway.asgi import Receive, Scope, Send
from services.chat_api.gateway.backends import OwnServer, RemoteServer
from services.chat_api.gateway.gateway import Gateway
from services.chat_api.gateway.site import Site

API = "/v1/"


class HttpApp(FastAPI):
    """FastAPI for the documents. Calls of the API bypass its middleware: the gateway handles them itself."""

    def __init__(self, gateway: Gateway, site: Site) -> None:
        super().__init__(openapi_url=None, docs_url=None, redoc_url=None)
        self._gateway = gateway
        self.router.routes.extend(Page(path, site, methods=["GET"]) for path in site.documents)
        self.mount("/", gateway)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request (ASGI)."""
        if scope["type"] == "http" and scope["path"].startswith(API):
            await self._gateway(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def build_app(
    server: RpcServer, channels: Mapping[str, grpc.aio.Channel], *, public_url: str, sync_url: str
) -> HttpApp:
    """The application. `channels` lead to the services that calls are forwarded to, by name."""
    table = RouteTable(_routes(server, channels))
    site = Site(document(table, load_comments(), server_url=public_url), sync_url=sync_url)
    return HttpApp(Gateway(table), site)


def _routes(server: RpcServer, channels: Mapping[str, grpc.aio.Channel]) -> list[Route]:
    routes = list(routes_of((method.descriptor for method in server.methods), OwnServer(server)))
    for service, descriptor in FORWARDED.values():
        routes.extend(routes_of(descriptor.methods, RemoteServer(channels[service])))
    return routes
