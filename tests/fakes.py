"""The only fake: a language model that answers from a queue, for what no real model does on demand."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.errors import Cancelled, SourcierError
from qa.models.protocols import Chunk, Message
from qa.types import Usage


@dataclass
class FakeLLM:
    """An LLM (protocol). Each `stream` takes the next of `replies`, each `score` the next of `scores`.

    A reply is a text (handed out word by word), the chunks themselves, or an error to raise. A score is
    the probability of some choices (others 0) or an error. More calls than were put in the queue fail
    the test. `asked` keeps the messages of every call, in order.
    """

    replies: Iterable[str | Sequence[str] | SourcierError] = ()
    scores: Iterable[Mapping[str, float] | SourcierError] = ()
    name: str = "fake/queue"
    window: int = 4096
    asked: list[tuple[Message, ...]] = field(default_factory=list)
    closed: bool = False

    def __post_init__(self) -> None:
        self._replies = deque(self.replies)
        self._scores = deque(self.scores)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """A token a word, and four a message."""
        return sum(len(message.content.split()) + 4 for message in messages)

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[Chunk]:
        self.asked.append(tuple(messages))
        assert self._replies, "the model was asked to write once more than the test foresees"
        reply = self._replies.popleft()
        if isinstance(reply, SourcierError):
            raise reply
        pieces = reply.replace(" ", "\0 ").split("\0") if isinstance(reply, str) else list(reply)
        for piece in pieces[:max_tokens]:
            _check(cancel)
            yield Chunk(piece)
        yield Chunk("", Usage(self.count_tokens(messages), 0, min(len(pieces), max_tokens)))

    def score(
        self,
        messages: Sequence[Message],
        choices: Sequence[str],
        *,
        cancel: threading.Event | None = None,
    ) -> tuple[Mapping[str, float], Usage]:
        self.asked.append(tuple(messages))
        assert self._scores, "the model was asked to choose once more than the test foresees"
        score = self._scores.popleft()
        if isinstance(score, SourcierError):
            raise score
        _check(cancel)
        return {choice: score.get(choice, 0.0) for choice in choices}, Usage(
            self.count_tokens(messages), 0, 1
        )

    def close(self) -> None:
        self.closed = True


def _check(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("Stopped.")
