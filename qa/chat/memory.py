"""Conversations as the browser keeps them: JSON of this page's own making, checked when it comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qa.chat.exchange import Conversation, Exchange
from qa.chat.exchange import Feedback as Feedback
from qa.types import Answer, AnswerError, Citation, Claim

MOST = 50  # conversations
_MOST_CHARACTERS = 1_500_000  # a browser keeps some 5 million for one site, and Gradio's cipher adds to them
_NAME = 60


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """What is kept of a question: not the evidence that no sentence came from."""

    question: str
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: AnswerError | None = None
    feedback: Feedback | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One conversation; `at` is when it was last added to, `renamed` whether a person named it."""

    id: str
    name: str
    at: str
    exchanges: tuple[KeptExchange, ...]
    renamed: bool = False


_KEPT = TypeAdapter(Kept)


def read_kept(saved: object) -> list[Kept]:
    """The conversations that the browser sent, latest first; what is none of this page's is passed over."""
    found: list[Kept] = []
    for item in saved if isinstance(saved, list) else ():
        try:
            found.append(_KEPT.validate_python(item))
        except ValidationError:
            continue
    return found[:MOST]


def write_kept(conversations: Sequence[Kept]) -> list[Any]:
    """The same for the browser to keep; the oldest are let go where they are too many."""
    written: list[Any] = []
    size = 0
    for kept in conversations[:MOST]:
        data = _KEPT.dump_python(kept, mode="json")
        size += len(json.dumps(data, ensure_ascii=False))
        if written and size > _MOST_CHARACTERS:
            break
        written.append(data)
    return written


def with_conversation(conversations: Sequence[Kept], ident: str, conversation: Conversation) -> list[Kept]:
    """`conversations` with this one first, as it now stands; a name that a person gave stays."""
    before = next((kept for kept in conversations if kept.id == ident), None)
    name = before.name if before is not None and before.renamed else _name(conversation)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    exchanges = tuple(_kept(exchange) for exchange in conversation)
    latest = Kept(ident, name, now, exchanges, before is not None and before.renamed)
    return [latest, *(kept for kept in conversations if kept.id != ident)]


def to_conversation(kept: Kept) -> Conversation:
    """The conversation as the page shows it."""
    return tuple(
        Exchange(
            exchange.question,
            claims=exchange.answer.claims if exchange.answer else exchange.claims,
            citations=exchange.answer.citations if exchange.answer else exchange.citations,
            answer=exchange.answer,
            error=exchange.error,
            feedback=exchange.feedback,
        )
        for exchange in kept.exchanges
    )


def _kept(exchange: Exchange) -> KeptExchange:
    answer = exchange.answer
    if answer is not None:
        slim = replace(answer, evidence=(), dropped=())
        return KeptExchange(exchange.question, answer=slim, error=exchange.error, feedback=exchange.feedback)
    error = exchange.error or AnswerError("cancelled", "Stopped.", "")
    return KeptExchange(exchange.question, exchange.claims, exchange.citations, error=error)


def _name(conversation: Conversation) -> str:
    words = " ".join(conversation[0].question.split()) if conversation else ""
    return words if len(words) <= _NAME else words[: _NAME - 1].rstrip() + "…"
