"""A conversation as a file: Markdown, one HTML page without network, citations as CSL-JSON.

What documents, people and models wrote stays text in each: no image, link or tag of theirs.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from qa.chat.exchange import Conversation, Exchange
from qa.chat.texts import text
from qa.draft import with_marks
from qa.present import explain
from qa.serve.footnotes import inert, visible, with_footnotes
from qa.signs import asked_as, warnings
from qa.types import Answer, Citation, Lang
from qa.typography import quotation

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#10242b}"
    "h2{font-size:1.1rem;margin-top:2rem}small,.note{color:#52666d}li{margin:.8rem 0}"
    "blockquote{margin:.3rem 0;padding-left:.8rem;border-left:3px solid #cbd5d9;white-space:pre-wrap}"
    "p,li,h1,h2{overflow-wrap:anywhere}"
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def export(kind: str, conversation: Conversation, lang: Lang) -> tuple[str, str, str]:
    """The file's name, media type and text; `kind` is one of `layout.OUT`."""
    make, suffix, media = _KINDS[kind]
    return f"sourcier-{_today()}.{suffix}", media, make(conversation, lang)


def to_markdown(conversation: Conversation, lang: Lang) -> str:
    """One section a question, its answer with the quotes and sources as footnotes."""
    sections = [f"# Sourcier\n\n{_exported(lang)}"]
    for exchange in conversation:
        parts = [f"## {inert(' '.join(exchange.question.split()))}", with_footnotes(_known(exchange, lang))]
        parts += [f"**{inert(failure)}**" for failure in _failures(exchange, lang)]
        sections += [part.strip() for part in parts if part.strip()]
    return "\n\n".join(sections) + "\n"


def to_html(conversation: Conversation, lang: Lang) -> str:
    """One page that loads nothing, and says so to the browser."""
    sections = "".join(_section(exchange, turn, lang) for turn, exchange in enumerate(conversation))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>Sourcier</title><style>{_STYLE}</style></head><body><h1>Sourcier</h1>"
        f'<p class="note">{_escape(_exported(lang))}</p>{sections}</body></html>\n'
    )


def to_csl(conversation: Conversation, lang: Lang) -> str:
    """The cited documents as CSL-JSON, each once; what was quoted of it stands in `note`."""
    quoted: dict[str, list[Citation]] = {}
    for exchange in conversation:
        for citation in exchange.citations:
            quoted.setdefault(citation.doc, []).append(citation)
    return (
        json.dumps([_item(citations, lang) for citations in quoted.values()], ensure_ascii=False, indent=2)
        + "\n"
    )


def _item(citations: list[Citation], lang: Lang) -> dict[str, Any]:
    first = citations[0]
    # What kind of text a file holds is not known: `document` is the kind that claims nothing.
    item: dict[str, Any] = {"id": first.doc, "type": "document", "title": first.title}
    if first.source:
        item["publisher"] = first.source
    if first.date and re.fullmatch(r"\d{4}(-\d{2}){0,2}", first.date):
        item["issued"] = {"date-parts": [[int(part) for part in first.date.split("-")]]}
    if first.lang:
        item["language"] = first.lang
    pages = sorted({citation.page for citation in citations if citation.page is not None})
    if pages:
        item["page"] = ", ".join(map(str, pages))
    item["note"] = " ".join(dict.fromkeys(quotation(c.quote, lang) for c in citations))
    return item


def _section(exchange: Exchange, turn: int, lang: Lang) -> str:
    answer = _known(exchange, lang)
    notes = "".join(f'<p class="note">{_escape(told)}</p>' for told in asked_as(answer, lang))
    signs = "".join(f"<p><b>{_escape(told)}</b></p>" for told in warnings(answer, lang))
    failures = "".join(f"<p><b>{_escape(told)}</b></p>" for told in _failures(exchange, lang))
    return (
        f'<section><h2 dir="auto">{_escape(exchange.question)}</h2>{notes}{signs}'
        + (f'<p dir="auto">{_linked(answer, turn)}</p>' if answer.answer else "")
        + failures
        + _listed(answer.citations, "sources.cited", turn, lang)
        + _listed(answer.nearest, "sources.nearest", turn, lang)
        + "</section>"
    )


def _known(exchange: Exchange, lang: Lang) -> Answer:
    """The answer; of a question that was stopped or failed, the sentences that were checked before."""
    written = " ".join(with_marks(claim) for claim in exchange.claims)
    return exchange.answer or Answer(
        "", exchange.question, lang, "error", written, exchange.claims, exchange.citations
    )


def _linked(answer: Answer, turn: int) -> str:
    """The answer with its citation numbers as links to the quotes below it."""
    known = {citation.n for citation in answer.citations}

    def link(found: re.Match[str]) -> str:
        number = int(found.group(1))
        return f'<a href="#s{turn}-{number}">[{number}]</a>' if number in known else found.group()

    return re.sub(r"\[(\d{1,4})\]", link, _escape(answer.answer))


def _listed(citations: tuple[Citation, ...], title: str, turn: int, lang: Lang) -> str:
    if not citations:
        return ""
    items = "".join(_source(citation, turn, lang) for citation in citations)
    return f"<h3>{_escape(text(title, lang))}</h3><ul>{items}</ul>"


def _source(citation: Citation, turn: int, lang: Lang) -> str:
    number = "" if citation.n is None else f"[{citation.n}] "
    anchor = "" if citation.n is None else f' id="s{turn}-{citation.n}"'
    page = None if citation.page is None else text("sources.page", lang, page=citation.page)
    where = " · ".join(part for part in (citation.date, citation.source, page, citation.doc) if part)
    translation = (
        f'<p class="note">{_escape(text("sources.translation", lang, text=citation.translation))}</p>'
        if citation.translation
        else ""
    )
    return (
        f"<li{anchor}>{number}<b>{_escape(citation.title)}</b><br><small>{_escape(where)}</small>"
        f"<blockquote>{_escape(citation.quote)}</blockquote>{translation}</li>"
    )


def _failures(exchange: Exchange, lang: Lang) -> list[str]:
    """Why there is no whole answer; empty where there is one."""
    match exchange.state:
        case "running":
            return [text("out.unfinished", lang)]
        case "stopped":
            return [text("label.stopped", lang)]
    if exchange.error is None:
        return []
    said = " ".join(explain(exchange.error, lang)).strip()
    return [
        f"{text('error.title', lang)} : {said}" if lang == "fr" else f"{text('error.title', lang)}: {said}"
    ]


def _escape(written: str) -> str:
    return html.escape(visible(written))


def _today() -> str:
    return datetime.now(UTC).astimezone().date().isoformat()


def _exported(lang: Lang) -> str:
    return text("out.exported", lang, date=_today())


_KINDS: Mapping[str, tuple[Callable[[Conversation, Lang], str], str, str]] = {
    "markdown": (to_markdown, "md", "text/markdown"),
    "html": (to_html, "html", "text/html"),
    "csl": (to_csl, "csl.json", "application/vnd.citationstyles.csl+json"),
}
