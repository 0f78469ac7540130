"""What stands before every request: whose page may ask, and what a page may load."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio needs inline scripts and styles, and gr.HTML's templates need eval; all of it from here alone.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Gradio's own doors that this page does not use: files, and ways to its events past the queue.
_UPLOAD = "/gradio_api/upload"
_CLOSED = (
    _UPLOAD,
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/runs",
    "/gradio_api/run/",
    "/gradio_api/api/",
    "/gradio_api/call/",
    "/gradio_api/component_server",
    "/gradio_api/stream",
    "/gradio_api/deep_link",
)


class Guard:
    """Refuses requests that name another host (a rebound DNS name) or come from another site's page."""

    def __init__(self, app: ASGIApp, host: str, *, uploads: bool = False) -> None:
        self._app = app
        self._closed = tuple(door for door in _CLOSED if not (uploads and door == _UPLOAD))
        self._hosts = {"localhost", "127.0.0.1", "::1", host.strip("[]").lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if not self._is_ours("//" + headers.get("host", "")):
            await PlainTextResponse("Unknown host.", 400)(scope, receive, send)
        elif origin is not None and not self._is_ours(origin):
            await PlainTextResponse("Asked from another site.", 403)(scope, receive, send)
        elif ("/" + scope["path"].lstrip("/")).startswith(self._closed):
            await PlainTextResponse("Not here.", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _is_ours(self, address: str) -> bool:
        try:
            name = urlsplit(address).hostname
        except ValueError:
            return False
        return name is not None and name.lower() in self._hosts


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine reaches."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _with_headers(send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return send_guarded
