"""The proof beside the answer: each source with its sentence marked in the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.chat.elements import escape, source_id
from qa.chat.exchange import Conversation, Exchange
from qa.chat.proof import holds, render_translation, verdict_words
from qa.chat.session import Session
from qa.chat.texts import text
from qa.draft import cite
from qa.errors import SourcierError
from qa.types import Citation, Claim, Lang
from qa.typography import inner, one_line

_NEAR = 160  # code points shown on either side of a sentence
_FAR = 1600  # … once its source is opened
_FOUND = 6  # sentences listed before any is cited
_LATEST = re.compile(r"(\d{1,6}):([cne])(\d{1,6})")


@dataclass(frozen=True, slots=True)
class _Card:
    id: str
    citation: Citation
    claims: tuple[Claim, ...] = ()


def turn_of(selected: str | None, conversation: Conversation) -> int | None:
    """The exchange whose sources are shown: that of the opened source, else the latest."""
    if selected is not None and (match := _LATEST.fullmatch(selected)):
        turn = int(match.group(1))
        if turn < len(conversation):
            return turn
    return len(conversation) - 1 if conversation else None


def render_sources(conversation: Conversation, selected: str | None, session: Session, lang: Lang) -> str:
    """The sources of one exchange; `selected` (see `elements.source_id`) is opened."""
    turn = turn_of(selected, conversation)
    heading, cards = ("", []) if turn is None else _cards(conversation[turn], turn)
    if turn is None or not cards:
        return f'<p class="empty">{escape(text("sources.empty", lang))}</p>'
    about = ""
    if turn < len(conversation) - 1:
        question = text("sources.of", lang, question=conversation[turn].question)
        about = f'<p class="note" dir="auto">{escape(question)}</p>'
    items = "".join(_card(card, card.id == selected, session, lang) for card in cards)
    return f"<h3>{escape(text(heading, lang))}</h3>{about}<ol>{items}</ol>"


def _cards(exchange: Exchange, turn: int) -> tuple[str, list[_Card]]:
    if exchange.citations:
        cards = [
            _Card(source_id(turn, "c", c.n or 0), c, tuple(k for k in exchange.claims if c.n in k.citations))
            for c in exchange.citations
        ]
        return "sources.cited", cards
    if exchange.answer is not None:
        return "sources.nearest", _numbered("n", exchange.answer.nearest, turn)
    found = [cite(evidence) for evidence in exchange.evidence[:_FOUND]]
    return "sources.evidence", _numbered("e", found, turn)


def _numbered(kind: str, citations: Sequence[Citation], turn: int) -> list[_Card]:
    return [_Card(source_id(turn, kind, n), citation) for n, citation in enumerate(citations, 1)]


def _card(card: _Card, opened: bool, session: Session, lang: Lang) -> str:
    citation = card.citation
    number = "" if citation.n is None else f'<span class="number">{citation.n}</span>'
    page = "" if citation.page is None else text("sources.page", lang, page=citation.page)
    known = [citation.date or "", citation.source or "", page, citation.doc]
    details = " · ".join(escape(part) for part in known if part)
    original = ""
    if citation.translation:
        language = text(f"lang.{citation.lang}", lang) if citation.lang else ""
        original = f'<p class="note">{escape(text("sources.original", lang, lang=language))}</p>'
    supports = "".join(_supports(claim, citation, lang) for claim in card.claims) if opened else ""
    # Which of the two is told by what it carries (actions.js, show_opened.js).
    what, words = ("data-back", "sources.back") if opened else (f'data-source="{card.id}"', "sources.open")
    more = f'<button type="button" class="open" {what}>{escape(text(words, lang))}</button>'
    return (
        f'<li class="source{" opened" if opened else ""}" data-id="{card.id}" tabindex="-1">'
        f'<header>{number}<div><strong dir="auto">{escape(citation.title)}</strong>'
        f"<small>{details}</small></div></header>{supports}{original}"
        f'<blockquote dir="auto" lang="{citation.lang or ""}">'
        f"{_passage(citation, _FAR if opened else _NEAR, session, lang)}</blockquote>"
        f"{render_translation(citation, lang)}{more}</li>"
    )


def _supports(claim: Claim, citation: Citation, lang: Lang) -> str:
    """A sentence of the answer that rests on the opened source, with its verdict."""
    words = one_line(claim.text)
    # A sentence that gives the quote with who says it would only repeat what is marked below.
    quoted = holds(words, citation.quote) and not holds(citation.quote, words)
    told = text("proof.sentences", lang, text=inner(words, lang))
    said = escape(text("proof.quoted", lang) if quoted else told)
    return f'<p class="supports" dir="auto">{said} <b>{verdict_words(claim, lang)}</b></p>'


def _passage(citation: Citation, around: int, session: Session, lang: Lang) -> str:
    """The quote, marked, in its surroundings; alone where the document is no longer what was quoted."""
    marked = f"<mark>{escape(citation.quote)}</mark>"
    try:
        document = session.document_text(citation.doc)
    except (SourcierError, KeyError):
        document = ""
    if document[citation.start : citation.end] != citation.quote:
        return f'{marked}<p class="note">{escape(text("sources.changed", lang))}</p>'
    first, last = _whole_words(document, citation.start, citation.end, around)
    before = ("… " if first else "") + document[first : citation.start].lstrip()
    after = document[citation.end : last].rstrip() + (" …" if last < len(document) else "")
    return f"{escape(before)}{marked}{escape(after)}"


def _whole_words(document: str, start: int, end: int, around: int) -> tuple[int, int]:
    """The range of about `around` code points on either side of `[start, end)`, cut between words."""
    first = max(0, start - around)
    while 0 < first < start and not document[first - 1].isspace():
        first += 1
    last = min(len(document), end + around)
    while end < last < len(document) and not document[last].isspace():
        last -= 1
    return first, last
