"""Serving the chat, and the HTTP interface beside it: on this machine, or elsewhere with a token."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from qa.chat.feedback import FILE
from qa.chat.library import open_library
from qa.chat.session import Extras, LateSession, Session
from qa.serve import app as site
from qa.settings import QUIET_ENVIRONMENT, ChatSettings, Loaded, ServeSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.api import Sourcier

# Gradio needs inline scripts and styles, and gr.HTML's templates need eval; all of it from here alone.
_POLICY = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'"
    )
}
# Gradio's own doors that this page does not use: files, and ways to its events past the queue.
_UPLOAD = "/gradio_api/upload"
_EVENTS = "/gradio_api/queue/join"
_CLOSED = (
    "/gradio_api/file",
    "/gradio_api/proxy",
    "/gradio_api/runs",
    "/gradio_api/run/",
    "/gradio_api/api/",
    "/gradio_api/call/",
    "/gradio_api/component_server",
    "/gradio_api/stream",
    "/gradio_api/deep_link",
    "/gradio_api/process_recording",
)


def run_chat(loaded: Loaded, announce: Callable[[str], None]) -> None:
    """Open the index and the models and serve the chat until it is interrupted; `announce` gets its address.

    Where the index or a model is missing the page opens all the same and says what to do.
    Raises SourcierError where the port is taken, UsageError where a token is needed and not there.
    """
    from qa.api import Sourcier

    settings = loaded.settings
    token = site.read_token(settings.serve, settings.chat.host, "chat.host")
    extras = Extras(loaded.store_path / FILE, open_library(loaded))

    def open_session() -> Sourcier:
        opened = Sourcier.open(loaded)
        site.warm(opened)
        return opened

    session = LateSession(open_session)
    with closing(listen(settings.chat)) as listener, closing(session):
        # Opening takes as long as importing Gradio does; a failure is told by the page.
        session.begin()
        address = site.address_of(listener, settings.chat.host)
        app = build_app(session, settings.chat, lambda: announce(address), extras, settings.serve, token)
        site.run_app(app, listener)


def listen(settings: ChatSettings) -> socket.socket:
    """A listening socket on the address of the settings. Raises SourcierError where it cannot be had."""
    return site.listen(settings.host, settings.port, "chat")


def build_app(
    session: Session,
    settings: ChatSettings,
    on_start: Callable[[], None] = lambda: None,
    extras: Extras = Extras(),  # noqa: B008 - frozen
    serve: ServeSettings = ServeSettings(),  # noqa: B008 - frozen
    token: str | None = None,
) -> FastAPI:
    """The whole site; `on_start` is called when it begins to answer.

    The page and the interface share the session, the line before it (`serve.queue`) and the guard.
    """
    os.environ.update(QUIET_ENVIRONMENT)
    import gradio as gr

    from qa.chat.forgetting import forget_shown
    from qa.chat.layout import CSS, HEAD, theme
    from qa.chat.page import build_page
    from qa.chat.uploads import NothingFetched, UploadLimit
    from qa.serve.api import add_api
    from qa.serve.guard import Guard
    from qa.serve.line import Line

    app = site.new_app(on_start)
    line = Line(serve.queue)
    add_api(app, session, line)
    most = int(extras.library.max_upload_mb * 1_000_000) if extras.library else 0
    app.add_middleware(UploadLimit, most=most, path=_UPLOAD)
    app.add_middleware(NothingFetched, path=_EVENTS)
    app.add_middleware(
        Guard,
        hosts=(settings.host, *serve.hosts),
        closed=_CLOSED if extras.library else (*_CLOSED, _UPLOAD),
        headers=_POLICY,
        token=token,
    )
    page = build_page(session, line, extras)
    # Gradio leaves this out where a page is mounted, and without it does not look whether the files that an
    # event names were uploaded: any that this process may read could be added to the documents.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        max_file_size=most,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        css=CSS,
        head=HEAD,
    )
    forget_shown(app, page)
    return app
