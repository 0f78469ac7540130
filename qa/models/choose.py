"""Which model answers, by the settings; and the state of each model, for `qa models list` and `qa doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qa.errors import ModelError, ModelMissing, ModelUnavailable, UsageError
from qa.models.parts import QWEN_CODER
from qa.models.progress import OnProgress
from qa.models.protocols import LLM, Embedder, Encoder
from qa.models.weights import installed_weights, verify_weights, weights_path
from qa.settings import EmbedderSettings, LLMSettings

_DEFAULT_MODEL = str(LLMSettings.model_fields["model"].default)
_PULL = "Run `qa models pull`"


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """One finding: what was looked at, how it is, and what to do (empty where all is well)."""

    name: str
    state: Literal["ok", "warning", "error"]
    message: str
    remedy: str = ""


def open_llm(
    settings: LLMSettings, on_progress: OnProgress | None = None, *, root: Path | None = None
) -> LLM:
    """The language model that the settings name; `root` is where a relative `.gguf` path starts.

    With `auto`: Ollama where it answers and has the model (or may pull it), else the embedded model. A
    server that is too old or broken is told, not passed over, and never does another model answer than
    the one named: raises ModelUnavailable, ModelMissing, ModelTimeout, ModelFailed or UsageError. The
    embedded model is loaded at its first use (`LlamaCppLLM.load`).
    """
    if _uses_ollama(settings):
        return _open_ollama(settings, on_progress)
    return _open_embedded(settings, root)


def open_embedder(settings: EmbedderSettings, llm: LLMSettings) -> Embedder:
    """The embedding model that the settings name; Ollama's are on the server of `llm.url`."""
    if settings.provider == "ollama":
        if not settings.model:
            raise UsageError("`embedder.model` is empty.", "Name the Ollama embedding model in it.")
        from qa.models.ollama_embedder import OllamaEmbedder

        return OllamaEmbedder(settings, llm)
    from qa.models.e5 import E5Embedder

    return E5Embedder()


def open_encoder(settings: LLMSettings, layers: int, adapter: Path) -> Encoder | None:
    """The lower `layers` of the embedded language model with their `adapter`, whichever model writes.

    None where its file is not there: the model that writes then makes the choice itself.
    """
    source = installed_weights()
    if source is None:
        return None
    from qa.models.lower import LowerLayers

    return LowerLayers(source, layers, adapter=adapter, threads=settings.threads)


def names_file(settings: LLMSettings) -> bool:
    """Whether `llm.model` is the path of a GGUF file."""
    return settings.model.lower().endswith(".gguf")


def embedded_path(settings: LLMSettings, root: Path | None = None) -> Path:
    """The GGUF file that the embedded engine runs, there or not."""
    if names_file(settings):
        return (root or Path.cwd()) / Path(settings.model).expanduser()
    return weights_path()


def pull_ollama_model(settings: LLMSettings, on_progress: OnProgress | None = None) -> None:
    """Have the Ollama server download `llm.model` (for `qa models pull` where Ollama is used)."""
    from qa.models.ollama_server import OllamaServer

    OllamaServer(settings.url, settings.connect_s).pull(settings.model, on_progress)


def describe_models(
    llm: LLMSettings, embedder: EmbedderSettings, *, root: Path | None = None, verify: bool = False
) -> tuple[ModelCheck, ...]:
    """The state of the embedded model, of Ollama and of the embedder, and which one answers.

    `verify` hashes the embedded model's file (2 s). A part that the settings do not need is at worst a
    warning.
    """
    embedded = _check_embedded(llm, root, verify)
    ollama = _check_ollama(llm)
    try:
        if _uses_ollama(llm):
            embedded, chosen, name = _unneeded(embedded), ollama, f"ollama/{llm.model}"
        else:
            ollama, chosen, name = _unneeded(ollama), embedded, f"llamacpp/{embedded_path(llm, root).stem}"
        state: Literal["ok", "error"] = "error" if chosen.state == "error" else "ok"
        use = ModelCheck("llm", state, f"Answers are written by {name}.", chosen.remedy)
    except ModelError as error:
        use = ModelCheck("llm", "error", error.message, error.remedy)
    return (use, embedded, ollama, _check_embedder(embedder, llm))


def _uses_ollama(settings: LLMSettings) -> bool:
    """Whether Ollama answers, else the embedded engine; asks the server where that decides."""
    if settings.provider == "llamacpp" or names_file(settings):
        return False
    if settings.provider == "ollama":
        return True
    why = _why_not_ollama(settings)
    if why is None:
        return True
    if settings.model != _DEFAULT_MODEL:
        message = f"{why.message} The settings name the model {settings.model}, which only Ollama has."
        raise type(why)(message, why.remedy)
    if isinstance(why, ModelMissing | _Silent):
        return False
    raise why


class _Silent(ModelUnavailable):
    """Nothing answers on the address at all."""


def _why_not_ollama(settings: LLMSettings) -> ModelError | None:
    """None where Ollama can be used; else the reason."""
    from qa.models.ollama_server import OllamaServer, ServerBusy, missing_remedy

    server = OllamaServer(settings.url, settings.connect_s)
    try:
        server.version()
        if settings.pull or server.has(settings.model):
            return None
    except ServerBusy as error:
        return _Silent(error.message, error.remedy)
    except ModelError as error:
        return error
    finally:
        server.close()
    return ModelMissing(
        f"The Ollama server at {settings.url} has no model {settings.model}.", missing_remedy(settings.model)
    )


def _open_ollama(settings: LLMSettings, on_progress: OnProgress | None) -> LLM:
    from qa.models.ollama import OllamaLLM

    llm = OllamaLLM(settings, on_progress=on_progress)
    llm.prepare()
    return llm


def _open_embedded(settings: LLMSettings, root: Path | None) -> LLM:
    from qa.models.llamacpp import LlamaCppLLM

    if not names_file(settings):
        if settings.model != _DEFAULT_MODEL:
            raise UsageError(
                f"`llm.provider` is `llamacpp`, and `llm.model` ({settings.model}) is no `.gguf` file.",
                "Name a file that ends in .gguf, or leave `llm.model` out for the embedded default.",
            )
        if installed_weights() is None:
            raise ModelMissing(
                f"The embedded language model is not at {weights_path()}, or is not the file it should be.",
                f"{_PULL}, or start an Ollama server.",
            )
    return LlamaCppLLM(
        embedded_path(settings, root),
        num_ctx=settings.num_ctx,
        threads=settings.threads,
        first_token_s=settings.first_token_s,
        total_s=settings.total_s,
    )


def _check_embedded(settings: LLMSettings, root: Path | None, verify: bool) -> ModelCheck:
    path = embedded_path(settings, root)
    name = "embedded model"
    if names_file(settings):
        if path.is_file():
            return ModelCheck(name, "ok", f"{path} ({path.stat().st_size / 1e9:.1f} GB)")
        return ModelCheck(name, "error", f"{path} is not there.", "Mend `llm.model`.")
    try:
        if verify:
            verify_weights()
        elif installed_weights() is None:
            return ModelCheck(name, "error", f"{path} is not there or not complete.", f"{_PULL}.")
    except ModelError as error:
        return ModelCheck(name, "error", error.message, error.remedy)
    how = "SHA-256 checked now" if verify else "SHA-256 checked when it was fetched"
    return ModelCheck(name, "ok", f"{path} ({QWEN_CODER.size / 1e9:.1f} GB, {how})")


def _check_ollama(settings: LLMSettings) -> ModelCheck:
    from qa.models.ollama_server import OllamaServer, missing_remedy

    server = OllamaServer(settings.url, settings.connect_s)
    try:
        version = server.version()
        if not server.has(settings.model):
            message = f"Version {version} at {settings.url} has no model {settings.model}."
            return ModelCheck("ollama", "error", message, missing_remedy(settings.model))
        info = server.show(settings.model).get("model_info") or {}
    except ModelError as error:
        return ModelCheck("ollama", "error", error.message, error.remedy)
    finally:
        server.close()
    trained = info.get(f"{info.get('general.architecture')}.context_length")
    message = f"Version {version} at {settings.url} has {settings.model}; window {settings.num_ctx} tokens"
    if isinstance(trained, int) and trained < settings.num_ctx:
        return ModelCheck(
            "ollama",
            "warning",
            f"{message}, of which the model takes {trained}.",
            f"Set `llm.num_ctx` to {trained} or less.",
        )
    return ModelCheck("ollama", "ok", f"{message}.")


def _check_embedder(settings: EmbedderSettings, llm: LLMSettings) -> ModelCheck:
    try:
        embedder = open_embedder(settings, llm)
        message = f"{embedder.name}, {embedder.dimension} dimensions, {embedder.digest[:19]}…"
    except (ModelError, UsageError) as error:
        return ModelCheck("embedder", "error", error.message, error.remedy)
    return ModelCheck("embedder", "ok", message)


def _unneeded(check: ModelCheck) -> ModelCheck:
    if check.state != "error":
        return check
    return ModelCheck(check.name, "warning", check.message + " It is not needed now.", check.remedy)
