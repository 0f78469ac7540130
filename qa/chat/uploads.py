"""Files on their way in: how much of them is taken, and that nothing of them stays with Gradio."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_AROUND = 100_000  # bytes of an upload beside its files: their names and what parts them


class UploadLimit:
    """Refuses uploads to `path` whose files are more than `most` bytes together: 413, and nothing is kept.

    A length that is told is believed at once; what is not told is counted.
    """

    def __init__(self, app: ASGIApp, most: int, path: str) -> None:
        self._app = app
        self._most = most + _AROUND
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        if told.isdigit() and int(told) > self._most:
            refused = PlainTextResponse("The upload is too large.\n", 413, {"Connection": "close"})
            await refused(scope, receive, send)
            return
        size = 0
        whole = False

        async def receive_counted() -> Message:
            nonlocal size, whole
            message = await receive()
            size += len(message.get("body", b""))
            # At this error alone Gradio deletes what it has written; these words make its reply 413.
            if size > self._most:
                raise MultiPartException("The upload is over the maximum allowed size.")
            if message["type"] == "http.disconnect" and not whole:
                raise MultiPartException("The upload was cut off.")
            whole = whole or not message.get("more_body")
            return message

        await self._app(scope, receive_counted, send)


class NothingFetched:
    """Refuses events sent to `path` that name a file by its address on the network: 400. Gradio would fetch
    it, and no call leaves this machine for a page's sake."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        if _names_address(_parsed(b"".join(message.get("body", b"") for message in messages))):
            refused = PlainTextResponse("Only files that were uploaded can be named.\n", 400)
            await refused(scope, receive, send)
            return
        read = iter(messages)

        async def receive_again() -> Message:
            message = next(read, None)
            return await receive() if message is None else message

        await self._app(scope, receive_again, send)


def _parsed(body: bytes) -> Any:
    # What is no JSON is refused behind this.
    with suppress(ValueError, RecursionError):
        return json.loads(body)
    return None


def _names_address(event: Any) -> bool:
    """Whether a file in an event's data is one of another machine."""
    left = [event]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            if str(value.get("path", "")).lower().startswith(("http:", "https:")):
                return True
            left += value.values()
    return False


def forget_copies(copies: Iterable[Path]) -> None:
    """Delete Gradio's copies of uploaded files and the folder that each is in."""
    for copy in copies:
        copy.unlink(missing_ok=True)
        # Somebody else may have sent the same file under another name.
        with suppress(OSError):
            copy.parent.rmdir()
