"""Conversations as the browser keeps them: JSON of this page's own making, checked when it comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qa.chat.exchange import Conversation, Exchange, Feedback
from qa.types import Answer, AnswerError, Citation, Claim

MOST = 50  # conversations
_MOST_CHARACTERS = 1_500_000  # a browser keeps some 5 million for one site, and Gradio's cipher adds to them
_MOST_WHOLE = 750_000  # … of those that are kept with all that was found
_NAME = 60


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """What is kept of a question. `answer` is whole, for feedback that is given later; in older conversations
    it is without the evidence, where these would take too much room.
    """

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
_CONVERSATION = TypeAdapter(Conversation)


def conversation_to_json(conversation: Conversation) -> list[Any]:
    """The conversation as an open page carries it from event to event, whole."""
    written: list[Any] = _CONVERSATION.dump_python(conversation, mode="json")
    return written


def conversation_from_json(carried: object) -> Conversation:
    """The conversation that a page sent; an empty one where it is none of this page's making."""
    try:
        return _CONVERSATION.validate_python(carried)
    except ValidationError:
        return ()


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
    """The same for the browser to keep; where they are too many the older ones lose their evidence, and the
    oldest are let go."""
    written: list[Any] = []
    size = 0
    for kept in conversations[:MOST]:
        data = _KEPT.dump_python(kept, mode="json")
        if size + _length(data) > _MOST_WHOLE:
            data = _KEPT.dump_python(_without_evidence(kept), mode="json")
        size += _length(data)
        if written and size > _MOST_CHARACTERS:
            break
        written.append(data)
    return written


def _length(data: Any) -> int:
    return len(json.dumps(data, ensure_ascii=False))


def _without_evidence(kept: Kept) -> Kept:
    return replace(
        kept,
        exchanges=tuple(
            replace(exchange, answer=replace(exchange.answer, evidence=(), dropped=()))
            if exchange.answer is not None
            else exchange
            for exchange in kept.exchanges
        ),
    )


def with_conversation(conversations: Sequence[Kept], ident: str, conversation: Conversation) -> list[Kept]:
    """`conversations` with this one first, as it now stands; a name that a person gave stays."""
    before = next((kept for kept in conversations if kept.id == ident), None)
    name = before.name if before is not None and before.renamed else _name(conversation)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    exchanges = tuple(_kept(exchange) for exchange in conversation)
    latest = Kept(ident, name, now, exchanges, before is not None and before.renamed)
    return [latest, *(kept for kept in conversations if kept.id != ident)]


def is_kept(conversations: Sequence[Kept], ident: str, conversation: Conversation) -> bool:
    """Whether all that was asked, answered and said of it is among `conversations` already."""
    before = next((kept for kept in conversations if kept.id == ident), None)
    return before is not None and [_said(one) for one in before.exchanges] == [
        _said(_kept(exchange)) for exchange in conversation
    ]


def _said(kept: KeptExchange) -> tuple[object, ...]:
    answer = kept.answer
    return kept.question, answer and (answer.answer, answer.timings), kept.error, kept.feedback


def to_conversation(kept: Kept) -> Conversation:
    """The conversation as the page shows it."""
    return tuple(
        Exchange(
            exchange.question,
            evidence=exchange.answer.evidence if exchange.answer else (),
            claims=exchange.answer.claims if exchange.answer else exchange.claims,
            citations=exchange.answer.citations if exchange.answer else exchange.citations,
            answer=exchange.answer,
            error=exchange.error,
            feedback=exchange.feedback,
            kept_as=kept.id,
        )
        for exchange in kept.exchanges
    )


def _kept(exchange: Exchange) -> KeptExchange:
    if (answer := exchange.answer) is not None:
        return KeptExchange(
            exchange.question, answer=answer, error=exchange.error, feedback=exchange.feedback
        )
    error = exchange.error or AnswerError("cancelled", "Stopped.", "")
    return KeptExchange(exchange.question, exchange.claims, exchange.citations, error=error)


def _name(conversation: Conversation) -> str:
    words = " ".join(conversation[0].question.split()) if conversation else ""
    return words if len(words) <= _NAME else words[: _NAME - 1].rstrip() + "…"
