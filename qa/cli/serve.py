"""`qa serve`: the Answer over HTTP."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from qa.cli import terminal
from qa.errors import SourcierError

if TYPE_CHECKING:
    from qa.api import Sourcier


def run_serve_command() -> int:
    """Serve until Ctrl-C and return the exit code."""
    from qa.api import Sourcier
    from qa.serve.app import read_token, run_serve
    from qa.settings import load_settings

    loaded = load_settings()
    read_token(loaded.settings.serve, loaded.settings.serve.host)
    terminal.tell("serve.opening")
    try:
        with Sourcier.open(loaded) as session:
            # The first question need not wait for the model; a failure is told when one is asked.
            threading.Thread(target=_warm, args=(session,), daemon=True).start()
            run_serve(
                session, loaded.settings.serve, lambda address: terminal.tell("serve.open", address=address)
            )
    except KeyboardInterrupt:
        terminal.tell("stopped")
    return 0


def _warm(session: Sourcier) -> None:
    with suppress(SourcierError):
        session.warm()
