"""What stands before every request: who may ask, what a page may load, how much may be sent."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.serve.problems import Refused, problem

# Pages without scripts, which nothing may frame; styles stand in them.
_NOTHING = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
}
_ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_LOCAL = ("localhost", "127.0.0.1", "::1")
_FOR_PROGRAMS = "/v1/"  # they are told as JSON; people get their browser's window for a password
_OPEN = "/healthz"
_PORTS = {"http": 80, "https": 443}
_ELSEWHERE = (
    "Asked from another site's page. If this is the right page, what stands in front of this server must "
    "pass on the Host header as it came.\n"
)


class Guard:
    """Refuses requests that name another host (a rebound DNS name), come from a page of another name or port,
    or lack the token. Programs send no `Origin`.

    `hosts` are the names by which this server is reached, beside those of this machine; paths that begin
    with one of `closed` are not found; `headers` go with every reply. Where there is a `token`, all but
    `/healthz` asks for it: from programs as `Bearer`, from a browser as the password.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Iterable[str] = (),
        closed: Sequence[str] = (),
        headers: Mapping[str, str] = _NOTHING,
        token: str | None = None,
    ) -> None:
        self._app = app
        self._hosts = {*_LOCAL, *(host.strip("[] ").lower() for host in hosts)}
        self._closed = tuple(closed)
        self._headers = {**_ALWAYS, **headers}
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        path = "/" + scope["path"].lstrip("/")
        if not self._is_ours(host):
            await PlainTextResponse("Unknown host.", 400)(scope, receive, send)
        elif origin is not None and not _is_same(origin, host):
            await PlainTextResponse(_ELSEWHERE, 403)(scope, receive, send)
        elif path != _OPEN and not self._is_known(headers.get("authorization", "")):
            await _ask_for_token(path)(scope, receive, self._with_headers(send))
        elif path.startswith(self._closed):
            await PlainTextResponse("Not here.", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, self._with_headers(send))

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name is not None and name.lower() in self._hosts

    def _is_known(self, authorization: str) -> bool:
        if self._token is None:
            return True
        scheme, _, given = authorization.partition(" ")
        # Headers are read as Latin-1, whatever they were written in.
        secret = given.strip().encode("latin-1")
        if scheme.lower() == "basic":
            try:
                _, _, secret = base64.b64decode(secret, validate=True).partition(b":")
            except binascii.Error:
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(secret, self._token.encode())

    def _with_headers(self, send: Send) -> Send:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        return send_guarded


class BodyLimit:
    """Refuses bodies of more than `most` bytes under `path`, whatever their length says."""

    def __init__(self, app: ASGIApp, most: int, path: str = "/") -> None:
        self._app = app
        self._most = most
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        taken: list[Message] = []
        size = 0
        # Read whole before anything sees it: it is small, or it is refused.
        while True:
            message = await receive()
            taken.append(message)
            size += len(message.get("body", b""))
            if size > self._most:
                refused = f"A request may have {self._most} bytes. Send less.\n"
                await PlainTextResponse(refused, 413, {"Connection": "close"})(scope, receive, send)
                return
            if not message.get("more_body"):
                break

        async def receive_again() -> Message:
            return taken.pop(0) if taken else await receive()

        await self._app(scope, receive_again, send)


def _is_same(origin: str, host: str) -> bool:
    """Whether a page of `origin` was served from the address that the request names, port included.

    Where the address names no port it is the default one of the page's scheme: whether something in front
    speaks https for this server is not known here.
    """
    try:
        page, own = urlsplit(origin), urlsplit(f"//{host}")
        default = _PORTS[page.scheme]
        return (page.hostname, page.port or default) == (own.hostname, own.port or default)
    except (ValueError, KeyError):
        return False


def _ask_for_token(path: str) -> Response:
    if path.startswith(_FOR_PROGRAMS):
        error = Refused(
            401,
            "token",
            "The token is missing or wrong.",
            "Send it as `Authorization: Bearer …` (an API key, in OpenAI's clients).",
        )
        return JSONResponse(problem(error), 401, {"WWW-Authenticate": "Bearer"})
    # A browser asks for a name too; any will do.
    wanted = {"WWW-Authenticate": 'Basic realm="Sourcier", charset="UTF-8"'}
    return PlainTextResponse("The password is this server's token.\n", 401, wanted)


def is_loopback(host: str) -> bool:
    """True for addresses that only this machine reaches."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
