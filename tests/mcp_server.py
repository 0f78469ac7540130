"""`qa mcp` as a process of its own, on the index of the folder it is started in, with the fake model.

It writes to stdout in passing, as a library might: none of that may reach the protocol.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence

from chat_support import ANSWERS, ASK_HOSTILE, ASK_LOIRE
from serve_support import Model

from qa import Sourcier
from qa.errors import Cancelled, ModelUnavailable
from qa.mcp.server import run_mcp
from qa.models.protocols import Message
from qa.settings import load_settings
from qa.types import Usage

QUEUE = 4


class Endless(Model):
    """Thinks about the Loire until it is stopped; of the river Brame it is not to be had."""

    def score(
        self,
        messages: Sequence[Message],
        choices: Sequence[str],
        *,
        cancel: threading.Event | None = None,
    ) -> tuple[Mapping[str, float], Usage]:
        if any(ASK_LOIRE in message.content for message in messages):
            assert cancel is not None
            cancel.wait()
            raise Cancelled("Stopped.")
        return super().score(messages, choices, cancel=cancel)


def open_session() -> Sourcier:
    sys.stdout.write("opening\n")
    os.write(1, b"opening\n")
    gone = ModelUnavailable("Ollama does not answer.", "Start it: ollama serve")
    return Sourcier.open(load_settings(), llm=Endless(answers={**ANSWERS, ASK_HOSTILE: gone}))


if __name__ == "__main__":
    run_mcp(open_session, QUEUE)
    sys.exit(0)
