"""Models with a stopwatch: what is spent in them, so that the rest can be called our own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from qa.models.protocols import LLM, Chunk, Embedder, Message, Vectors
from qa.types import Usage


@dataclass(slots=True)
class Stopwatch:
    """Seconds spent in model calls since `reset`."""

    seconds: float = 0.0

    def reset(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - began


@dataclass(slots=True)
class TimedEmbedder:
    """An Embedder (protocol) that times its calls and keeps the passages that it was given."""

    embedder: Embedder
    watch: Stopwatch
    passages: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.embedder.name

    @property
    def digest(self) -> str:
        return self.embedder.digest

    @property
    def dimension(self) -> int:
        return self.embedder.dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages.extend(texts)
        with self.watch.running():
            return self.embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        with self.watch.running():
            return self.embedder.embed_queries(texts)


@dataclass(slots=True)
class TimedLLM:
    """An LLM (protocol) that times generating and scoring; counting tokens is not a model call.

    `forget` makes the engine forget all of its prompts but their fixed beginnings; `usages` has one
    entry a call.
    """

    llm: LLM
    watch: Stopwatch
    usages: list[Usage] = field(default_factory=list)
    _beginnings: list[Message] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.llm.name

    @property
    def window(self) -> int:
        return self.llm.window

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return self.llm.count_tokens(messages)

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        self._remember(messages)
        with self.watch.running():
            chunks = self.llm.stream(messages, max_tokens=max_tokens, cancel=cancel)
        while True:
            with self.watch.running():
                chunk = next(chunks, None)
            if chunk is None:
                return
            if chunk.usage is not None:
                self.usages.append(chunk.usage)
            yield chunk

    def score(
        self, messages: Sequence[Message], choices: Sequence[str], *, cancel: threading.Event | None = None
    ) -> tuple[Mapping[str, float], Usage]:
        self._remember(messages)
        with self.watch.running():
            probabilities, usage = self.llm.score(messages, choices, cancel=cancel)
        self.usages.append(usage)
        return probabilities, usage

    def close(self) -> None:
        self.llm.close()

    def forget(self) -> None:
        """Leave only the fixed rules of each kind of prompt in the engine's cache."""
        for beginning in self._beginnings:
            rest = [Message("user", ".")] if beginning.role == "system" else []
            self.llm.score([beginning, *rest], ["0"])

    def fixed(self, beginning: Message) -> None:
        """Name the fixed beginning of a prompt that has no system message."""
        self._beginnings.append(beginning)

    def _remember(self, messages: Sequence[Message]) -> None:
        if messages[0].role == "system" and messages[0] not in self._beginnings:
            self._beginnings.append(messages[0])
