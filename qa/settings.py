"""Settings: defaults, then `qa.toml`, then `QA_…` variables, then flags.

`QA_LLM__PROVIDER=ollama` is `provider` in the table `[llm]`. Unknown keys are refused.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.errors import UsageError

FILE_NAME = "qa.toml"
ENV_PREFIX = "QA_"

# Settings that are lists, and what parts them in an environment variable.
_LISTS = {"corpus.paths": os.pathsep, "judge.metrics": ",", "serve.hosts": ","}

# Not a setting of ours, but ours to answer for: libraries read these when they are imported.
QUIET_ENVIRONMENT = {
    "ANONYMIZED_TELEMETRY": "False",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "RAGAS_DO_NOT_TRACK": "true",
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CorpusSettings(_Section):
    """What is indexed when `qa index` is given no path, and the limits of one file."""

    paths: tuple[str, ...] = Field((), description="Folders or files to index; relative to `qa.toml`")
    max_file_mb: float = Field(50, gt=0, description="A larger file gets a verdict and is not indexed (MB)")
    max_pages: int = Field(2000, gt=0, description="Pages of one PDF")
    read_timeout_s: float = Field(120, gt=0, description="Seconds that reading one file may take")


class StoreSettings(_Section):
    """Where the index is."""

    path: str = Field(".qa", description="Folder of the index; relative to `qa.toml`")
    url: str = Field("", description="A Chroma server, e.g. `http://127.0.0.1:8000`; empty: embedded")


class LLMSettings(_Section):
    """The language model."""

    provider: Literal["auto", "ollama", "llamacpp"] = Field(
        "auto", description="`auto`: Ollama where it answers and has the model, else the embedded llama.cpp"
    )
    model: str = Field(
        "qwen2.5-coder:1.5b",
        description="A model name of Ollama, or the path of a `.gguf` file for the embedded engine",
    )
    pull: bool = Field(False, description="Let Ollama download the model where it is missing")
    url: str = Field("http://127.0.0.1:11434", description="The Ollama server")
    num_ctx: int = Field(4096, ge=512, description="Tokens of the window, prompt and answer together")
    max_tokens: int = Field(220, ge=16, description="Tokens of one answer, at most")
    threads: int = Field(0, ge=0, description="Threads of the embedded engine; 0: one a core")
    keep_alive: str = Field("30m", description="How long Ollama keeps the model in memory")
    connect_s: float = Field(5, gt=0, description="Seconds to connect to Ollama")
    first_token_s: float = Field(120, gt=0, description="Seconds until the first token (loading included)")
    total_s: float = Field(300, gt=0, description="Seconds of one model call in all")


class EmbedderSettings(_Section):
    """The embedding model."""

    provider: Literal["e5", "ollama"] = Field("e5", description="`e5`: the embedded multilingual-e5-small")
    model: str = Field("", description="Name of the Ollama embedding model")
    query_prefix: str = Field("", description="Put before questions (Ollama embedding models)")
    passage_prefix: str = Field("", description="Put before passages (Ollama embedding models)")


class RetrieveSettings(_Section):
    """How evidence is found."""

    passages: int = Field(20, ge=1, le=200, description="Passages taken from each leg")
    read: int = Field(
        12,
        ge=1,
        le=50,
        description="Best passages whose sentences the reader weighs; of a corpus in both languages two "
        "thirds of them in each",
    )
    evidence: int = Field(20, ge=1, le=50, description="Sentences of evidence kept")


class AnswerSettings(_Section):
    """How answers are written."""

    lang: Literal["auto", "fr", "en"] = Field(
        "auto", description="Language of answers; `auto`: the question's"
    )
    risk: float = Field(
        0.25,
        ge=0.01,
        le=0.5,
        description="Share of wrong answers among those shown, at most, as measured on the calibration data "
        "(a third of its questions have no answer)",
    )
    excerpts: int = Field(5, ge=1, le=9, description="Sentences that the language model reads, at most")
    excerpt_characters: int = Field(
        600,
        ge=200,
        description="Characters of all excerpts together, at most; reading them is most of the wait",
    )


class ChatSettings(_Section):
    """The page in the browser."""

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(7860, ge=0, le=65535, description="Port; 0: any free one")
    documents: bool = Field(
        False, description="Let the page add documents to, and remove them from, the folder of `corpus.paths`"
    )
    max_upload_mb: float = Field(
        200,
        gt=0,
        description="Files added on the page at once, together (MB); one alone: `corpus.max_file_mb`",
    )


class ServeSettings(_Section):
    """The HTTP interface for programs; all but its address holds for `qa chat` too."""

    host: str = Field("127.0.0.1", description="Address that `qa serve` listens on")
    port: int = Field(7880, ge=0, le=65535, description="Port; 0: any free one")
    hosts: tuple[str, ...] = Field(
        (),
        description="Further names by which others reach it or the chat (a request that names another is "
        "refused)",
    )
    queue: int = Field(
        16,
        ge=0,
        le=1000,
        description="Questions, of pages and programs, that may wait behind the one being answered",
    )
    token_env: str = Field(
        "SOURCIER_TOKEN",
        description="Name of the environment variable that holds the token which requests must carry, and "
        "which browsers ask for as the password; needed where `serve.host` or `chat.host` is not this "
        "machine's own; the token itself is never kept",
    )


class JudgeSettings(_Section):
    """The language model that judges answers in `qa eval`, apart from the one that writes them."""

    provider: Literal["llamacpp", "ollama", "openai"] = Field(
        "llamacpp",
        description="`llamacpp`: the embedded engine; `ollama`: an Ollama server; `openai`: any "
        "OpenAI-compatible address",
    )
    model: str = Field(
        "",
        description="Its name there, or a `.gguf` file for the embedded engine; empty: the embedded model, "
        "for Ollama `llm.model`",
    )
    url: str = Field(
        "", description="Its address, for `openai` with the `/v1`; empty, for Ollama alone: `llm.url`"
    )
    key_env: str = Field(
        "", description="Name of the environment variable that holds its key; the key itself is never kept"
    )
    reply_schema: bool = Field(
        True, description="Send the JSON schema of the reply; `false` for servers that refuse it"
    )
    metrics: tuple[Literal["faithfulness", "answer_accuracy", "context_recall"], ...] = Field(
        ("faithfulness", "answer_accuracy", "context_recall"), description="ragas metrics that are judged"
    )
    contexts: int = Field(
        5, ge=1, le=50, description="Best pieces of evidence that it reads, beside those the answer cites"
    )
    cases: str = Field(
        "",
        description="Folder of labelled cases (`*.jsonl`, as in eval/judge) that it is put to the test on; "
        "empty: Sourcier's own",
    )
    num_ctx: int = Field(8192, ge=1024, description="Tokens of its window (embedded engine)")
    max_tokens: int = Field(1024, ge=64, description="Tokens of one reply, at most; a longer one has failed")
    connect_s: float = Field(10, gt=0, description="Seconds to connect to it")
    total_s: float = Field(900, gt=0, description="Seconds of one call in all")


class Settings(_Section):
    """All settings of one run. `root` is the folder that relative paths start from."""

    corpus: CorpusSettings = CorpusSettings()
    store: StoreSettings = StoreSettings()
    llm: LLMSettings = LLMSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    answer: AnswerSettings = AnswerSettings()
    chat: ChatSettings = ChatSettings()
    serve: ServeSettings = ServeSettings()
    judge: JudgeSettings = JudgeSettings()


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, where each value comes from (`llm.model` → `default`, `qa.toml`, `QA_LLM__MODEL`, `flag`),
    and the folder that relative paths start from."""

    settings: Settings
    origins: Mapping[str, str]
    root: Path

    @property
    def store_path(self) -> Path:
        """The folder of the index."""
        return self.root / Path(self.settings.store.path).expanduser()

    @property
    def corpus_paths(self) -> tuple[Path, ...]:
        """What `qa index` reads when it is given no path."""
        return tuple(self.root / Path(p).expanduser() for p in self.settings.corpus.paths or ("seeds",))


def load_settings(
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Loaded:
    """Read the settings that hold in `folder` (default: the working directory).

    `qa.toml` is looked for in `folder` alone. `flags` are dotted names (`{"chat.port": 0}`).
    Raises UsageError for a file that is not TOML, an unknown key or a wrong value, naming its origin.
    """
    root = (folder or Path.cwd()).resolve()
    origins: dict[str, str] = {}
    values: dict[str, dict[str, Any]] = {}
    layers = [
        (FILE_NAME, _read_toml(root / FILE_NAME)),
        (ENV_PREFIX, _read_environment(os.environ if environment is None else environment)),
        ("flag", dict(flags or {})),
    ]
    for layer, entries in layers:
        for name, value in entries.items():
            section, _, key = name.partition(".")
            values.setdefault(section, {})[key] = value
            origins[name] = f"{ENV_PREFIX}{section}__{key}".upper() if layer == ENV_PREFIX else layer
    known = {
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        for key in type(field.default).model_fields
    }
    for name, origin in origins.items():
        if name not in known:
            raise UsageError(
                f"Unknown setting `{name}` (from {origin}).",
                "Known settings are listed in the README; remove it or mend its name.",
            )
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"][:2])
        raise UsageError(
            f"Setting `{name}` (from {origins.get(name, 'default')}) is wrong: {first['msg']}, "
            f"got {first['input']!r}.",
            "Mend its value; the README's table says what is meant.",
        ) from error
    return Loaded(settings, {name: origins.get(name, "default") for name in sorted(known)}, root)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{path} cannot be read as TOML: {error}.", "Mend the file.") from error
    flat: dict[str, Any] = {}
    for section, table in data.items():
        if not isinstance(table, dict):
            raise UsageError(
                f"Unknown setting `{section}` (from {path}).", "Settings stand in tables such as [llm]."
            )
        flat |= {f"{section}.{key}": value for key, value in table.items()}
    return flat


def _read_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for variable, value in environment.items():
        if variable.startswith(ENV_PREFIX):
            section, _, key = variable[len(ENV_PREFIX) :].lower().partition("__")
            name = f"{section}.{key}"
            separator = _LISTS.get(name)
            flat[name] = tuple(value.split(separator)) if separator else value
    return flat
