"""`qa models`: what is there, which model would answer, and fetching the embedded one."""

from __future__ import annotations

from qa.cli import terminal
from qa.cli.progress import progress_bar
from qa.errors import Cancelled


def run_models_pull() -> int:
    """Fetch and check the embedded language model and return the exit code."""
    from qa.models.weights import PullProgress, installed_weights, pull_weights

    if path := installed_weights():
        terminal.tell("models.present", path=path)
        return 0
    with (
        terminal.stop_signal() as stopped,
        progress_bar(terminal.say("models.pulling"), unit="bytes") as advance,
    ):

        def progress(state: PullProgress) -> None:
            advance(state.done, state.total, terminal.say(f"models.{state.state}"))

        try:
            path = pull_weights(on_progress=progress, cancel=stopped)
        except Cancelled:
            path = None
    if path is None:
        terminal.tell("models.resume")
        return terminal.STOPPED
    terminal.tell("models.pulled", path=path)
    return 0
