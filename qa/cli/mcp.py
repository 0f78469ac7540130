"""`qa mcp`: the documents as tools, for a program that starts this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.api import Sourcier


def run_mcp_command() -> int:
    """Serve until stdin ends and return the exit code; stdout carries the protocol alone."""
    from qa.mcp.server import run_mcp
    from qa.settings import load_settings

    loaded = load_settings()

    def open_session() -> Sourcier:
        from qa.api import Sourcier

        return Sourcier.open(loaded)

    run_mcp(open_session, loaded.settings.serve.queue)
    return 0
