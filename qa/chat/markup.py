"""The conversation as HTML, made of escaped text (see `elements`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa.chat.elements import escape, number_button, source_id
from qa.chat.exchange import Conversation, Exchange
from qa.chat.proof import only_quotes, render_disagreement, render_suggestions, render_verdicts
from qa.chat.texts import decimal, text
from qa.chat.tools import correct_button, edit_button, render_tools
from qa.draft import with_marks
from qa.present import explain
from qa.signs import scope_words
from qa.types import AnswerError, Citation, Lang
from qa.typography import inner, one_line

# What a first run lacks; nothing has gone wrong.
_MISSING = frozenset({"index_missing", "no_documents", "model_missing"})
_MARK = re.compile(r"\[(\d{1,4})\]")


def render_conversation(conversation: Conversation, lang: Lang, *, feedback: bool = False) -> str:
    """All exchanges, oldest first; empty where nothing was asked yet. `feedback`: it can be given."""
    return "".join(
        render_exchange(exchange, turn, lang, feedback=feedback) for turn, exchange in enumerate(conversation)
    )


def render_exchange(exchange: Exchange, turn: int, lang: Lang, *, feedback: bool = False) -> str:
    """One question with what has come of it."""
    return (
        f'<article class="exchange" data-state="{exchange.state}">'
        f'<div class="question"><span class="who">{escape(text("who.you", lang))}</span>'
        f'<p dir="auto">{escape(exchange.question)}</p>{edit_button(exchange, turn, lang)}'
        f"{_narrowed(exchange, lang)}</div>"
        f'<div class="answer {exchange.state}"><span class="who">{escape(text("who.answer", lang))}</span>'
        f"{_body(exchange, turn, lang)}{render_tools(exchange, turn, lang, feedback=feedback)}"
        "</div></article>"
    )


def _narrowed(exchange: Exchange, lang: Lang) -> str:
    """The documents and dates that were asked alone, where they were not all."""
    scope = exchange.answer.scope if exchange.answer is not None else None
    return f'<div class="note">{escape(scope_words(scope, lang))}</div>' if scope else ""


def _body(exchange: Exchange, turn: int, lang: Lang) -> str:
    if exchange.state == "refused" and exchange.answer is not None:
        return _refusal(exchange, turn, lang)
    parts = [_understood(exchange, turn, lang)]
    if exchange.state == "partial":
        parts.append(_label("partial", lang))
    if exchange.answer is not None and exchange.answer.disagreement:
        parts.append(_label("disagreement", lang))
    if not (exchange.answer is not None and only_quotes(exchange.answer)):
        parts.append(_words(exchange, turn, lang))
    if exchange.answer is not None and exchange.answer.disagreement:
        parts.append(render_disagreement(exchange.answer, turn, lang))
    parts.append(render_verdicts(exchange, lang))
    if exchange.state == "stopped":
        parts.append(f'<p class="note">{escape(text("label.stopped", lang))}</p>')
    elif exchange.error is not None:
        parts.append(render_error(exchange.error, lang))
    return "".join(parts)


def _words(exchange: Exchange, turn: int, lang: Lang) -> str:
    """The answer with its citation numbers, as far as it is known."""
    claims = [with_marks(claim) for claim in exchange.claims]
    written = exchange.answer.answer if exchange.answer is not None else " ".join(claims)
    if not written:
        waiting = '<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>'
        return f'<p class="words">{waiting}</p>' if exchange.state == "running" else ""
    unsupported = [claim.text for claim in exchange.claims if claim.verdict == "unsupported"]
    notes = "".join(
        f'<p class="label unsupported"><b>{escape(text("label.unsupported", lang))}</b> '
        f"<q>{escape(inner(claim, lang))}</q></p>"
        for claim in unsupported
    )
    if exchange.answer is not None and exchange.answer.dropped:
        count = len(exchange.answer.dropped)
        notes += f'<p class="note">{escape(text("label.dropped", lang, count=count))}</p>'
    citations = {citation.n: citation for citation in exchange.citations}
    return f'<p class="words" dir="auto">{_linked(written, citations, turn, lang)}</p>{notes}'


def _linked(written: str, citations: Mapping[int | None, Citation], turn: int, lang: Lang) -> str:
    """`written` with those of its `[n]` that are citations as buttons; any other stays text."""
    pieces: list[str] = []
    end = 0
    for mark in _MARK.finditer(written):
        citation = citations.get(int(mark.group(1)))
        if citation is None:
            continue
        # The number follows its word without a gap to break the line at.
        pieces.append(escape(written[end : mark.start()].rstrip(" ")))
        pieces.append(number_button(citation, turn, lang))
        end = mark.end()
    return "".join(pieces) + escape(written[end:])


def _refusal(exchange: Exchange, turn: int, lang: Lang) -> str:
    assert exchange.answer is not None
    nearest = "".join(
        f'<li><button type="button" class="near" data-source="{source_id(turn, "n", position)}">'
        f'<q lang="{citation.lang or ""}">{escape(one_line(citation.quote))}</q>'
        f"<cite>{escape(citation.title)}</cite></button></li>"
        for position, citation in enumerate(exchange.answer.nearest, 1)
    )
    return (
        f'<p class="label refused"><b>{escape(text("label.refused", lang))}</b></p>'
        f"{_understood(exchange, turn, lang)}"
        f'<p class="words" dir="auto">{escape(exchange.answer.answer)}</p>'
        + (f'<p class="note">{escape(text("label.nearest", lang))}</p><ul>{nearest}</ul>' if nearest else "")
        + render_suggestions(exchange.answer.nearest, lang)
    )


def _understood(exchange: Exchange, turn: int, lang: Lang) -> str:
    understood = exchange.answer.understood if exchange.answer is not None else None
    if not understood:
        return ""
    words = escape(text("label.understood", lang, question=understood))
    return f'<p class="note understood">{words} {correct_button(turn, lang)}</p>'


def _label(name: str, lang: Lang) -> str:
    return f'<p class="label {name}"><b>{escape(text(f"label.{name}", lang))}</b></p>'


def render_error(error: AnswerError, lang: Lang) -> str:
    """A failure with its remedy, as an alert."""
    message, remedy = explain(error, lang)
    advice = (
        f"<p><b>{escape(text('error.remedy', lang))}</b> : {_with_code(remedy)}</p>"
        if lang == "fr"
        else f"<p><b>{escape(text('error.remedy', lang))}</b>: {_with_code(remedy)}</p>"
    )
    title = "error.missing" if error.code in _MISSING else "error.title"
    return (
        f'<div class="failure" role="alert"><p><b>{escape(text(title, lang))}</b></p>'
        f"<p>{_with_code(message)}</p>{advice if remedy else ''}</div>"
    )


def _with_code(written: str) -> str:
    """What a terminal shows between grave accents, as a page does."""
    pieces = written.split("`")
    if len(pieces) % 2 == 0:  # One is no pair's.
        return escape(written)
    return "".join(
        f"<code>{escape(piece)}</code>" if number % 2 else escape(piece)
        for number, piece in enumerate(pieces)
    )


def render_status(exchange: Exchange, seconds: float, lang: Lang) -> str:
    """What is being done, what was found, the seconds so far and the model's name."""
    parts: list[str] = []
    match exchange.state:
        case "running" if exchange.before:
            parts.append(text("status.before", lang, count=exchange.before))
        case "running":
            parts.append(text(f"stage.{exchange.stage}", lang))
        case "answered" | "partial":
            parts.append(text("status.answered", lang, seconds=decimal(seconds, lang)))
        case state:
            parts.append(text(f"status.{state}", lang))
    if exchange.evidence:
        parts.append(text("status.found", lang, count=len(exchange.evidence)))
    spoken = f'<span role="status">{escape(" · ".join(parts))}</span>'
    small: list[str] = []
    if exchange.state == "running":
        small.append(text("status.seconds", lang, seconds=int(seconds)))
    if exchange.answer is not None and exchange.answer.model.llm:
        small.append(exchange.answer.model.llm)
    busy = '<i class="spinner" aria-hidden="true"></i>' if exchange.state == "running" else ""
    return f'<div class="status">{busy}{spoken}{_small(small)}</div>'


def _small(parts: Sequence[str]) -> str:
    return f"<small>{escape(' · '.join(parts))}</small>" if parts else ""
