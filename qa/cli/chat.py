"""`qa chat`: the page in the browser."""

from __future__ import annotations

from qa.cli import terminal


def run_chat() -> int:
    """Serve the chat until Ctrl-C and return the exit code."""
    from qa.settings import load_settings

    loaded = load_settings()
    terminal.tell("chat.opening")
    from qa.chat.app import run_chat as serve

    try:
        serve(loaded, lambda address: terminal.tell("chat.open", address=address))
    except KeyboardInterrupt:
        terminal.tell("stopped")
    return 0
