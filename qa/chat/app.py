"""Serving the chat: on this machine, to its own pages."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING

from qa.chat.feedback import FILE
from qa.chat.library import open_library
from qa.chat.session import Extras, LateSession, Session
from qa.errors import SourcierError
from qa.settings import QUIET_ENVIRONMENT, ChatSettings, Loaded

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.api import Sourcier
    from qa.models.progress import OnProgress

Announce = Callable[[str], None]


def run_chat(loaded: Loaded, announce: Announce, on_progress: OnProgress | None = None) -> None:
    """Open the index and the models and serve the chat until it is interrupted; `announce` gets its address.

    Where the index or a model is missing the page opens all the same and says what to do.
    Raises SourcierError where the port is taken or the address is not this machine's.
    """
    from qa.api import Sourcier

    extras = Extras(loaded.store_path / FILE, open_library(loaded))

    def open_session() -> Sourcier:
        opened = Sourcier.open(loaded, on_progress=on_progress)
        # The first question need not wait for the model to load; a failure is told when one is asked.
        threading.Thread(target=_warm, args=(opened,), daemon=True).start()
        return opened

    session = LateSession(open_session)
    with closing(listen(loaded.settings.chat)) as listener, closing(session):
        # Opening takes as long as importing Gradio does; a failure is told by the page.
        threading.Thread(target=_try, args=(session,), daemon=True).start()
        serve(session, loaded.settings.chat, listener, announce, extras)


def listen(settings: ChatSettings) -> socket.socket:
    """A listening socket on the address of the settings. Raises SourcierError where it cannot be had."""
    host, port = settings.host.strip("[]"), settings.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if isinstance(error, socket.gaierror):
            message = f"The address {host!r} (setting `chat.host`) is not known on this machine."
            raise SourcierError(message, "Set QA_CHAT__HOST=127.0.0.1.") from error
        raise SourcierError(
            f"The chat cannot use port {port} on {host}: {error.strerror}.",
            "Perhaps another chat is open. Stop it, or choose another port: "
            "QA_CHAT__PORT=7861 qa chat (0 takes any free one).",
        ) from error


def serve(
    session: Session,
    settings: ChatSettings,
    listener: socket.socket,
    announce: Announce,
    extras: Extras = Extras(),  # noqa: B008 - frozen
) -> None:
    """Serve the chat on `session` until Ctrl-C; `announce` gets the address once it answers."""
    os.environ.update(QUIET_ENVIRONMENT)
    import uvicorn

    port = listener.getsockname()[1]
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    app = build_app(session, settings, lambda: announce(f"http://{shown}:{port}/"), extras)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, ws="none", timeout_graceful_shutdown=1
    )
    # Ctrl-C is how a chat ends.
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def build_app(
    session: Session,
    settings: ChatSettings,
    on_start: Callable[[], None] = lambda: None,
    extras: Extras = Extras(),  # noqa: B008 - frozen
) -> FastAPI:
    """The whole site; `on_start` is called when it begins to answer."""
    os.environ.update(QUIET_ENVIRONMENT)
    import gradio as gr
    from fastapi import FastAPI

    from qa.chat.guard import Guard
    from qa.chat.layout import CSS, theme
    from qa.chat.page import build_page

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        on_start()
        yield

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, host=settings.host, uploads=extras.library is not None)
    gr.mount_gradio_app(
        app,
        build_page(session, extras),
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size=f"{extras.library.max_file_mb:g}mb" if extras.library else "1kb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css=CSS,
    )
    return app


def _warm(session: Sourcier) -> None:
    with suppress(SourcierError):
        session.warm()


def _try(session: LateSession) -> None:
    with suppress(SourcierError):
        session.documents()
