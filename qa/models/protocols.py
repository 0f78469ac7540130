"""The two protocols between Sourcier and any model."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.types import Usage

Vectors = NDArray[np.float32]
# One vector, shape (width,).
State = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt. A last message by the assistant is continued, not answered."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of generated text; the last one of a generation carries the `usage` (and may be empty)."""

    text: str
    usage: Usage | None = None


class LLM(Protocol):
    """A language model. All methods are safe to call from several threads; calls may wait for each other.

    Every method raises a `qa.errors.ModelError`, and `Cancelled` once `cancel` is set; a cancelled
    or closed generation frees the model at once.
    """

    @property
    def name(self) -> str:
        """What the Answer calls this model, e.g. `ollama/qwen2.5-coder:1.5b`."""
        ...

    @property
    def window(self) -> int:
        """Tokens that a prompt and its answer may have together."""
        ...

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt as the model will read it, template included."""
        ...

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        """Generate greedily (temperature 0), chunk by chunk; raises PromptTooLong rather than truncate."""
        ...

    def score(
        self,
        messages: Sequence[Message],
        choices: Sequence[str],
        *,
        cancel: threading.Event | None = None,
    ) -> tuple[Mapping[str, float], Usage]:
        """Probability in [0, 1] of each choice as the first token of the reply (0 where not among the top).

        Choices are short (a digit, a word of one token); they are compared after stripping spaces.
        """
        ...

    def close(self) -> None:
        """Free the model's memory or connections."""
        ...


class Encoder(Protocol):
    """What a language model makes of a prompt before it writes. Safe to call from several threads."""

    @property
    def name(self) -> str: ...

    def load(self) -> None:
        """Load what `encode` needs, where that is not done yet. Raises a ModelError."""
        ...

    def encode(self, messages: Sequence[Message], cancel: threading.Event | None = None) -> State:
        """The state at the prompt's last token, of root mean square 1. Raises a ModelError, and Cancelled."""
        ...

    def close(self) -> None:
        """Free the model's memory."""
        ...


class Embedder(Protocol):
    """An embedding model; vectors are float32, L2-normalised, shape (n, dimension)."""

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str:
        """Identifies the weights, prefixes included: an index made with another digest is refused."""
        ...

    @property
    def dimension(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...
