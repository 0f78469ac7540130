"""`qa serve`: the Answer over HTTP."""

from __future__ import annotations

from qa.cli import terminal


def run_serve_command() -> int:
    """Serve until Ctrl-C and return the exit code."""
    from qa.api import Sourcier
    from qa.serve.app import read_token, run_serve, warm
    from qa.settings import load_settings

    loaded = load_settings()
    read_token(loaded.settings.serve, loaded.settings.serve.host)
    terminal.tell("serve.opening")
    try:
        with Sourcier.open(loaded) as session:
            warm(session)
            run_serve(
                session, loaded.settings.serve, lambda address: terminal.tell("serve.open", address=address)
            )
    except KeyboardInterrupt:
        terminal.tell("stopped")
    return 0
