"""Conversations as the page carries and the browser keeps them: JSON, checked when it comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from qa.chat.exchange import Conversation


@dataclass(frozen=True, slots=True)
class Kept:
    """One conversation among those that the browser keeps; `at` is when it was last added to."""

    id: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What the browser keeps at the moment of an event, as `keeping.js` tells it: latest first.

    `current` is the one that the page shows, None where that is not kept, and `ended` whether the page shows
    any that could be; `named`: the box holds its name, or a new one is being written there. `failed`: the
    browser could not keep something. `lang` is the language that was chosen on the page, "" where none was,
    and `opened` the conversation that is to be shown, None where it is not there anymore.
    """

    kept: tuple[Kept, ...] = ()
    current: str | None = None
    named: bool = False
    ended: bool = False
    failed: bool = False
    lang: str = ""
    opened: Any = None


_SAVED = TypeAdapter(Saved)
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


def read_saved(told: object) -> Saved:
    """What a page told of the conversations that its browser keeps; none where it is not of its making."""
    try:
        return _SAVED.validate_python(told)
    except ValidationError:
        return Saved()


def conversation_of(opened: object, ident: str) -> Conversation:
    """The conversation that is kept as `ident`, whole; an empty one where `opened` is not that.

    Of an exchange that has an answer the browser keeps only that: all else is in it.
    """
    if not isinstance(opened, dict) or opened.get("id") != ident:
        return ()
    return tuple(
        replace(
            exchange,
            evidence=answer.evidence,
            claims=answer.claims,
            citations=answer.citations,
            kept_as=ident,
        )
        if (answer := exchange.answer) is not None
        else replace(exchange, kept_as=ident)
        for exchange in conversation_from_json(opened.get("exchanges"))
    )
