"""What the gateway serves besides the API: the page, the reference, the OpenAPI document, configuration and health.

Guarantees: everything comes from this process (no CDN); a strict Content-Security-Policy allows nothing inline; files
are read once, at the start, and carry an ETag.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from services.chat_api.gateway.asgi import JSON, Receive, Scope, Send, header, respond

WEB = Path(__file__).parent.parent / "web"
_PAGE_HEADERS = (
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
)
_PAGES = {"/": "index.html", "/docs": "docs.html"}


@dataclass(frozen=True, slots=True)
class Document:
    """A static response."""

    body: bytes
    kind: str
    headers: tuple[tuple[str, str], ...]
    etag: str

    @classmethod
    def of(cls, body: bytes, kind: str, headers: tuple[tuple[str, str], ...] = ()) -> "Document":
        """A document with its ETag."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return cls(body, kind, (*headers, ("etag", etag), ("cache-control", "no-cache")), etag)


class Site:
    """Documents by path; an ASGI application for those paths."""

    def __init__(self, openapi: Mapping[str, Any], *, sync_url: str) -> None:
        policy = (*_PAGE_HEADERS, ("content-security-policy", content_security_policy(sync_url)))
        self.documents = {
            **_files(WEB, policy),
            "/openapi.json": Document.of(orjson.dumps(openapi), JSON),
            "/config.json": Document.of(orjson.dumps({"syncUrl": sync_url}), JSON),
            "/healthz": Document.of(b'{"status":"ok"}', JSON),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers GET and HEAD for one of the paths (ASGI)."""
        del receive
        document = self.documents[scope["path"]]
        if document.etag in header(scope, b"if-none-match"):
            await respond(send, 304, b"", document.kind, document.headers)
            return
        await respond(send, 200, document.body, document.kind, document.headers, empty=scope["method"] == "HEAD")


def content_security_policy(sync_url: str) -> str:
    """What the page may load and connect to: its own origin and the WebSocket."""
    parts = urlsplit(sync_url)
    socket = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {socket}".strip(),
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _files(folder: Path, headers: tuple[tuple[str, str], ...]) -> dict[str, Document]:
    """The pages at their paths, and everything else under `/web/`."""
    pages = {path: _file(folder / name, headers) for path, name in _PAGES.items()}
    assets = {
        f"/web/{path.relative_to(folder).as_posix()}": _file(path, ())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".html"
    }
    return pages | assets


def _file(path: Path, headers: tuple[tuple[str, str], ...]) -> Document:
    kind = guess_type(path.name)[0] or "application/octet-stream"
    return Document.of(path.read_bytes(), f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, headers)
