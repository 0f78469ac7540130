"""An embedding model on an Ollama server."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from qa.errors import ModelFailed, ModelMissing
from qa.models.ollama_server import OllamaServer, full_name
from qa.models.protocols import Vectors
from qa.settings import EmbedderSettings, LLMSettings

_BATCH = 16


class OllamaEmbedder:
    """An Embedder (protocol) by `/api/embed`, never truncating. The server is that of `llm.url`.

    Raises ModelMissing at once where the server has not the model (after pulling it, where `llm.pull`).
    """

    def __init__(
        self, settings: EmbedderSettings, llm: LLMSettings, server: OllamaServer | None = None
    ) -> None:
        self._settings = settings
        self._keep_alive = llm.keep_alive
        self._server = server or OllamaServer(llm.url, llm.connect_s)
        self._server.version()
        if not self._server.has(settings.model) and llm.pull:
            self._server.pull(settings.model)
        weights = self._server.models().get(full_name(settings.model))
        if weights is None:
            raise ModelMissing(
                f"The Ollama server at {self._server.url} has no embedding model {settings.model}.",
                f"Run `ollama pull {settings.model}`, or mend `embedder.model`.",
            )
        whole = "|".join((weights, settings.query_prefix, settings.passage_prefix))
        self._digest = "ollama:" + hashlib.sha256(whole.encode()).hexdigest()
        self._dimension = 0

    @property
    def name(self) -> str:
        return f"ollama/{self._settings.model}"

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def dimension(self) -> int:
        if not self._dimension:
            self._dimension = self._embed(["dimension"], "").shape[1]
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._settings.passage_prefix)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._settings.query_prefix)

    def _embed(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        rows: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = [prefix + text.replace("\0", " ") for text in texts[start : start + _BATCH]]
            vectors = self._server.embed(self._settings.model, batch, self._keep_alive)
            if len(vectors) != len(batch):
                raise ModelFailed(
                    f"{self.name} gave {len(vectors)} vectors for {len(batch)} texts.", "Try again."
                )
            rows += vectors
        matrix = np.asarray(rows, dtype=np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not (lengths > 0).all():
            raise ModelFailed(f"{self.name} gave a vector without direction.", "Use another embedding model.")
        return np.asarray(matrix / lengths, dtype=np.float32)
