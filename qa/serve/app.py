"""Serving over HTTP, on this machine, or elsewhere with a token; and the HTTP interface by itself."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from typing import TYPE_CHECKING

from qa.errors import SourcierError, UsageError
from qa.serve.guard import is_loopback
from qa.settings import QUIET_ENVIRONMENT, ServeSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.api import Sourcier
    from qa.serve.replies import Session

MIN_TOKEN = 16  # characters: what cannot be tried out


def run_serve(session: Session, settings: ServeSettings, announce: Callable[[str], None]) -> None:
    """Serve `session` until Ctrl-C; `announce` gets the address once it answers.

    Raises UsageError where a token is needed and not there, SourcierError where the port is taken.
    """
    token = read_token(settings, settings.host)
    with closing(listen(settings.host, settings.port)) as listener:
        address = address_of(listener, settings.host)
        run_app(build_app(session, settings, token, lambda: announce(address)), listener)


def build_app(
    session: Session,
    settings: ServeSettings,
    token: str | None = None,
    on_start: Callable[[], None] = lambda: None,
) -> FastAPI:
    """The whole site; `on_start` is called when it begins to answer."""
    from qa.serve.api import add_api
    from qa.serve.guard import Guard
    from qa.serve.line import Line

    app = new_app(on_start)
    add_api(app, session, Line(settings.queue))
    app.add_middleware(Guard, hosts=(settings.host, *settings.hosts), token=token)
    return app


def new_app(on_start: Callable[[], None]) -> FastAPI:
    """A site that has nothing yet but its name; `on_start` is called when it begins to answer."""
    from fastapi import FastAPI

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        on_start()
        yield

    return FastAPI(
        title="Sourcier",
        description="Answers from a corpus, every sentence tied to the sentence that says it.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )


def run_app(app: FastAPI, listener: socket.socket) -> None:
    """Serve `app` until Ctrl-C."""
    os.environ.update(QUIET_ENVIRONMENT)
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", server_header=False, ws="none", timeout_graceful_shutdown=1
    )
    # Ctrl-C is how it ends.
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def warm(session: Sourcier) -> None:
    """Load its models elsewhere, so that the first question need not wait; a failure is told when one is
    asked."""

    def load() -> None:
        with suppress(SourcierError):
            session.warm()

    threading.Thread(target=load, daemon=True).start()


def read_token(settings: ServeSettings, host: str, setting: str = "serve.host") -> str | None:
    """The token that requests must carry; None: none is asked for. `host` is that of `setting`.

    Raises UsageError where there is none and others than this machine can ask, or where it is too short.
    """
    token = os.environ.get(settings.token_env, "") if settings.token_env else ""
    if token and len(token) < MIN_TOKEN:
        raise UsageError(
            f"The token in {settings.token_env} has {len(token)} characters.", f"Use at least {MIN_TOKEN}."
        )
    if not token and not is_loopback(host):
        name = settings.token_env or "SOURCIER_TOKEN"
        raise UsageError(
            f"Others than this machine could ask on {host} (setting `{setting}`), and there is no token.",
            f"Put one into the variable {name} (`serve.token_env`): `openssl rand -hex 24` makes one. "
            "Programs send it with their requests; browsers ask for it as the password, with any name.",
        )
    return token or None


def address_of(listener: socket.socket, host: str) -> str:
    """What a browser calls it."""
    shown = f"[{host.strip('[]')}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"


def listen(host: str, port: int, section: str = "serve") -> socket.socket:
    """A listening socket on the address of the settings' `section`. Raises SourcierError where it cannot be
    had."""
    name = host.strip("[]")
    try:
        family = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((name, port), family=family, backlog=128)
    except socket.gaierror as error:
        message = f"The address {host!r} (setting `{section}.host`) is not known on this machine."
        raise SourcierError(message, f"Set QA_{section.upper()}__HOST=127.0.0.1.") from error
    except OSError as error:
        raise SourcierError(
            f"Port {port} on {host} cannot be used: {os.strerror(error.errno or 0)}.",
            "Perhaps another server is open. Stop it, or choose another port: "
            f"QA_{section.upper()}__PORT={port + 1} qa {section} (0 takes any free one).",
        ) from error
