"""What stands behind an answer: each sentence's verdict, and who says what where sources differ."""

from __future__ import annotations

from collections.abc import Sequence

from qa.chat.elements import escape, number_button
from qa.chat.examples import names_in
from qa.chat.exchange import Exchange
from qa.chat.texts import text
from qa.types import Answer, Citation, Claim, Lang
from qa.typography import inner, one_line

_SUGGESTED = 3


def render_verdicts(exchange: Exchange, lang: Lang) -> str:
    """How each sentence was checked, folded up: the sentence, the verdict, its probability, its sources."""
    if exchange.answer is None or not exchange.claims:
        return ""
    doubtful = sum(claim.verdict == "unsupported" for claim in exchange.claims)
    count = len(exchange.claims)
    summary = text("verdict.all", lang, count=count)
    if doubtful:
        summary = text("verdict.some", lang, count=count, doubtful=doubtful)
    items = "".join(
        f'<li class="{claim.verdict}"><q dir="auto">{escape(one_line(claim.text))}</q>'
        f"<p><strong>{verdict_words(claim, lang)}</strong> "
        f"{''.join(f'[{n}]' for n in claim.citations)}</p></li>"
        for claim in exchange.claims
    )
    sign = "✓" if not doubtful else "⚠"
    return (
        f'<details class="verdicts"><summary><span aria-hidden="true">{sign}</span> '
        f"{escape(summary)}</summary><ol>{items}</ol>"
        f'<p class="note">{escape(text("verdict.meaning", lang))}</p></details>'
    )


def verdict_words(claim: Claim, lang: Lang) -> str:
    """A claim's verdict with its probability, escaped."""
    return escape(text(f"verdict.{claim.verdict}", lang, percent=round(100 * claim.support)))


def render_disagreement(answer: Answer, turn: int, lang: Lang) -> str:
    """Who says what, when: one line a citation, the oldest first."""
    ordered = sorted(answer.citations, key=lambda citation: citation.date or "9999")
    items = "".join(
        f"<li><b>{escape(citation.source or citation.title)}</b>, "
        f"{escape(citation.date or text('proof.undated', lang))} {number_button(citation, turn, lang)}"
        f'<q dir="auto" lang="{citation.lang or ""}">{escape(one_line(citation.quote))}</q>'
        f"{render_translation(citation, lang)}</li>"
        for citation in ordered
    )
    return f'<ul class="who-says">{items}</ul>'


def render_translation(citation: Citation, lang: Lang) -> str:
    """A quotation's translation, labelled as the model's; "" where it has none."""
    if not citation.translation:
        return ""
    told = text("sources.translation", lang, text=citation.translation)
    return f'<p class="note translation">{escape(told)}</p>'


def only_quotes(answer: Answer) -> bool:
    """Whether sources disagree and the answer is no more than their quotes, which stand below it, too."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return answer.disagreement and all(
        claim.citations and all(holds(claim.text, quotes.get(n, "\0")) for n in claim.citations)
        for claim in answer.claims
    )


def holds(words: str, quote: str) -> bool:
    """Whether `quote` stands in `words`, whatever white space is in either."""
    return " ".join(quote.split()) in " ".join(words.split())


def suggest_questions(nearest: Sequence[Citation], lang: Lang) -> list[str]:
    """What could be asked instead of a refused question: about the names and documents nearby."""
    names = names_in([citation.quote for citation in nearest], least=1)
    subjects = [text("examples.about", lang, subject=name) for name in names]
    titles = list(dict.fromkeys(citation.title for citation in nearest))
    documents = [text("examples.document", lang, title=inner(one_line(title)[:70], lang)) for title in titles]
    return [*subjects[: _SUGGESTED - 1], *documents][:_SUGGESTED]


def render_suggestions(nearest: Sequence[Citation], lang: Lang) -> str:
    """Those questions as buttons that ask them."""
    questions = suggest_questions(nearest, lang)
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="near" data-ask="{escape(question)}">'
        f"{escape(question)}</button></li>"
        for question in questions
    )
    return f'<p class="note">{escape(text("label.instead", lang))}</p><ul>{buttons}</ul>'
