"""Files on their way in: how much of them is taken, and that nothing of them stays with Gradio."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

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


def forget_copies(copies: Iterable[Path]) -> None:
    """Delete Gradio's copies of uploaded files and the folder that each is in."""
    for copy in copies:
        copy.unlink(missing_ok=True)
        # Somebody else may have sent the same file under another name.
        with suppress(OSError):
            copy.parent.rmdir()
