"""`qa models`: what is there, which model would answer, and fetching what the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cli import terminal
from qa.cli.progress import progress_bar
from qa.errors import Cancelled

if TYPE_CHECKING:
    from qa.models.progress import PullProgress
    from qa.settings import LLMSettings


def run_models_list() -> int:
    """Show the state of each model and return the exit code, 0."""
    from qa.cli.doctor import check_lines
    from qa.doctor import check_models
    from qa.settings import load_settings

    for check in check_models(load_settings(), terminal.lang()):
        terminal.out("\n".join(check_lines(check)))
    return 0


def run_models_pull() -> int:
    """Fetch and check the language model of the settings and return the exit code."""
    from qa.models.choose import embedded_path, names_file, pull_ollama_model
    from qa.models.lower_file import make_layers
    from qa.models.weights import installed_weights, pull_weights
    from qa.settings import load_settings
    from qa.weigh import load_probe

    loaded = load_settings()
    settings = loaded.settings.llm
    if names_file(settings):
        terminal.tell("models.own_file", path=embedded_path(settings, loaded.root))
        return 0
    from_ollama, probe = comes_from_ollama(settings), load_probe()
    if not from_ollama and (path := installed_weights()):
        make_layers(path, probe.layers, probe.adapter)
        terminal.tell("models.present", path=path)
        return 0
    with (
        terminal.stop_signal() as stopped,
        progress_bar(terminal.say("models.pulling"), unit="bytes") as advance,
    ):

        def progress(state: PullProgress) -> None:
            advance(state.done, state.total, terminal.say(f"models.{state.state}"))
            if stopped.is_set():
                raise Cancelled("Stopped.")

        try:
            if from_ollama:
                pull_ollama_model(settings, progress)
                ready = f"ollama/{settings.model}"
            else:
                path = pull_weights(on_progress=progress, cancel=stopped)
                make_layers(path, probe.layers, probe.adapter)
                ready = str(path)
        except Cancelled:
            ready = ""
    if not ready:
        terminal.tell("models.resume")
        return terminal.STOPPED
    terminal.tell("models.pulled", path=ready)
    return 0


def comes_from_ollama(settings: LLMSettings) -> bool:
    """Whether the model of the settings is one that only an Ollama server can fetch."""
    if settings.provider == "auto":
        return settings.model != type(settings)().model
    return settings.provider == "ollama"
