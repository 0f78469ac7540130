"""The model that judges, by the settings; always behind an OpenAI-compatible address."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from qa.errors import ModelMissing, UsageError
from qa.models.choose import embedded_path, names_file
from qa.models.compatible import Address, CompatibleModel
from qa.settings import JudgeSettings, LLMSettings

# What the engine may keep of older prompts: each kind of question to the judge begins in its own way.
_CACHE_MIB = 512


def open_judge_model(
    judge: JudgeSettings,
    llm: LLMSettings,
    *,
    root: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> CompatibleModel:
    """The model that the settings name as judge; the embedded one is loaded now (1.1 GB, 3–5 s).

    Raises ModelMissing, ModelUnavailable, ModelFailed, or UsageError for settings that name none.
    """
    key = _key(judge, os.environ if environment is None else environment)
    match judge.provider:
        case "llamacpp":
            return _embedded(judge, llm, root)
        case "ollama":
            return _model(judge, _ollama(judge, llm, key))
        case "openai":
            if not judge.model or urlsplit(judge.url).scheme not in ("http", "https"):
                raise UsageError(
                    "`judge.provider` is `openai`, and `judge.url` or `judge.model` names nothing.",
                    'Set both, for example url = "http://127.0.0.1:8080/v1".',
                )
            name = f"{judge.model} ({urlsplit(judge.url).netloc.rpartition('@')[2]})"
            # What stands behind a name elsewhere may change: it is taken for the same one for a day.
            today = datetime.now(UTC).date().isoformat()
            return _model(judge, Address(name, judge.url, judge.model, key, f"{judge.url} {today}"))


def _model(judge: JudgeSettings, address: Address) -> CompatibleModel:
    return CompatibleModel(
        address,
        max_tokens=judge.max_tokens,
        connect_s=judge.connect_s,
        total_s=judge.total_s,
        reply_schema=judge.reply_schema,
    )


def _key(judge: JudgeSettings, environment: Mapping[str, str]) -> str:
    if not judge.key_env:
        return ""
    key = environment.get(judge.key_env, "")
    if not key:
        raise UsageError(
            f"The environment variable {judge.key_env} (`judge.key_env`) is empty.",
            "Put the judge's key in it.",
        )
    return key


def _embedded(judge: JudgeSettings, llm: LLMSettings, root: Path | None) -> CompatibleModel:
    from qa.models.llamacpp import open_server, usable_cores

    if judge.model and not judge.model.lower().endswith(".gguf"):
        raise UsageError(
            f"`judge.provider` is `llamacpp`, and `judge.model` ({judge.model}) is no `.gguf` file.",
            "Name a file that ends in .gguf, or leave it out for the embedded default.",
        )
    default = llm.model if names_file(llm) else LLMSettings.model_fields["model"].default
    named = llm.model_copy(update={"model": judge.model or default})
    path = embedded_path(named, root)
    if not path.is_file():
        raise ModelMissing(
            f"The judge's model is not at {path}.", "Run `qa models pull`, or mend `judge.model`."
        )
    key = secrets.token_urlsafe(32)
    # Held by `close` alone: the engine ends when nobody has it any more.
    engine = [
        open_server(path, judge.num_ctx, llm.threads or usable_cores(), key, slots=1, cache_mib=_CACHE_MIB)
    ]
    state = path.stat()
    address = Address(
        f"llamacpp/{path.stem}",
        f"{engine[0].listening_address}/v1",
        path.stem,
        key,
        f"{state.st_size} {state.st_mtime_ns}",
    )
    return CompatibleModel(
        address,
        max_tokens=judge.max_tokens,
        connect_s=judge.connect_s,
        total_s=judge.total_s,
        closing=engine.clear,
    )


def _ollama(judge: JudgeSettings, llm: LLMSettings, key: str) -> Address:
    from qa.models.ollama_server import OllamaServer, full_name, missing_remedy

    model = judge.model or llm.model
    url = (judge.url or llm.url).rstrip("/").removesuffix("/v1")
    server = OllamaServer(url, judge.connect_s)
    try:
        server.version()
        digest = server.models().get(full_name(model))
        if digest is None:
            raise ModelMissing(f"The Ollama server at {url} has no model {model}.", missing_remedy(model))
    finally:
        server.close()

    def window() -> int | None:
        server = OllamaServer(url, judge.connect_s)
        try:
            return server.running_window(model)
        finally:
            server.close()

    return Address(f"ollama/{model}", f"{url}/v1", model, key, digest, window)
