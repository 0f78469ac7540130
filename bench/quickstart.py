"""What is compared with: LlamaIndex's quickstart, with its own defaults, on the same two models.

    VectorStoreIndex.from_documents(documents).as_query_engine(streaming=True)

Its chunks, number of chunks and prompts are LlamaIndex's; only the models are given.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
from llama_index.core.base.response.schema import StreamingResponse
from llama_index.core.llms import CustomLLM
from pydantic import PrivateAttr

from qa.models.protocols import LLM, Embedder, Message

# The fixed beginning of LlamaIndex's default prompt: it may stay cached, as our fixed rules may.
BEGINNING = Message("user", "Context information is below.\n---------------------\n")


class SameEmbedder(BaseEmbedding):
    """Our embedder as LlamaIndex knows one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name)
        self._embedder = embedder

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.embed_queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class SameLLM(CustomLLM):
    """Our language model as LlamaIndex knows one; it writes as many tokens as LlamaIndex asks by default."""

    _llm: LLM = PrivateAttr()

    def __init__(self, llm: LLM) -> None:
        super().__init__()
        self._llm = llm

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self._llm.window, model_name=self._llm.name)

    def complete(self, prompt: str, formatted: bool = False, **options: Any) -> CompletionResponse:
        *_, last = self.stream_complete(prompt, formatted, **options)
        return last

    def stream_complete(
        self,
        prompt: str,
        formatted: bool = False,  # noqa: ARG002 - LlamaIndex's signature
        **_options: Any,
    ) -> Generator[CompletionResponse, None, None]:
        text = ""
        for chunk in self._llm.stream([Message("user", prompt)], max_tokens=self.metadata.num_output):
            text += chunk.text
            yield CompletionResponse(text=text, delta=chunk.text)


@dataclass(frozen=True, slots=True)
class QuickAnswer:
    """Seconds from the question to the first word and to the end; the text."""

    first_word_s: float
    total_s: float
    text: str


def open_quickstart(folder: Path, llm: LLM, embedder: Embedder) -> BaseQueryEngine:
    """Read and index a folder as the quickstart does."""
    documents = SimpleDirectoryReader(str(folder), required_exts=[".txt"]).load_data()
    index = VectorStoreIndex.from_documents(documents, embed_model=SameEmbedder(embedder))
    return index.as_query_engine(streaming=True, llm=SameLLM(llm))


def ask_quickstart(engine: BaseQueryEngine, question: str) -> QuickAnswer:
    """Ask one question and read the answer as it streams."""
    began = time.perf_counter()
    first = 0.0
    text = ""
    answer = engine.query(question)
    assert isinstance(answer, StreamingResponse)
    for piece in answer.response_gen:
        text += piece
        if text.strip() and not first:
            first = time.perf_counter() - began
    total = time.perf_counter() - began
    return QuickAnswer(first or total, total, text.strip())
