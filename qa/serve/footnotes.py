"""The Answer as text with footnotes, for clients that render Markdown: nothing in it loads or links.

What documents and models write is text. A word joiner, which nobody sees, parts the characters that would
make an image, a link, a tag or an address of it; what a document says word for word stands in the Answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.draft import with_marks
from qa.types import Answer, Citation, Claim, Lang

_JOINER = "\u2060"
# `](`, `][` and `]:` make links, images and their definitions, `<x` tags, `://` and `www.` bare links.
_ACTIVE = re.compile(r"\](?=[(:\[])|<(?=[A-Za-z/!?])|:(?=//)|\bwww(?=\.)", re.IGNORECASE)
_MARKS = re.compile(r"(?<=\])" + _JOINER + r"(?=\[\d+\])")

_SOURCES = "**Sources**"
_NEAREST: dict[Lang, str] = {
    "fr": "**Les phrases les plus proches (elles ne répondent pas à la question)**",
    "en": "**The nearest sentences (they do not answer the question)**",
}
_UNDERSTOOD: dict[Lang, str] = {"fr": "Compris comme : {question}", "en": "Understood as: {question}"}
_QUOTED: dict[Lang, str] = {"fr": "« {quote} »", "en": "“{quote}”"}
_TRANSLATED: dict[Lang, str] = {
    "fr": " (traduit par le modèle : « {translation} »)",
    "en": " (translated by the model: “{translation}”)",
}
_NOTES = re.compile(
    r"\n\n(?:" + "|".join(re.escape(title) for title in (_SOURCES, *_NEAREST.values())) + r")\n.*", re.DOTALL
)


def inert(text: str) -> str:
    """`text` without what a Markdown renderer would load or link."""
    return _ACTIVE.sub(lambda found: found.group() + _JOINER, text)


def shown_claim(claim: Claim) -> str:
    """A claim with its citation numbers, safe to render."""
    return _MARKS.sub("", inert(with_marks(claim)))


def remainder(answer: Answer, shown: Iterable[str]) -> str:
    """What is left to say once the claims `shown` (`shown_claim`) stand there: the rest and the footnotes."""
    whole = _MARKS.sub("", inert(answer.answer))
    said = " ".join(shown)
    rest = whole[len(said) :] if whole.startswith(said) else f"\n\n{whole}"
    return rest + _notes(answer)


def with_footnotes(answer: Answer) -> str:
    """The whole answer with its footnotes; a refusal with the nearest sentences."""
    return remainder(answer, ())


def without_footnotes(text: str) -> str:
    """An answer as it was before `with_footnotes`: what a follow-up refers to."""
    return _NOTES.sub("", text).replace(_JOINER, "").strip()


def _notes(answer: Answer) -> str:
    notes = ""
    if answer.understood:
        understood = _UNDERSTOOD[answer.lang].format(question=answer.understood)
        notes += f"\n\n*{inert(_one_line(understood))}*"
    for title, listed in ((_SOURCES, answer.citations), (_NEAREST[answer.lang], answer.nearest)):
        if listed:
            lines = "\n".join(f"- {_note(citation, answer.lang)}" for citation in listed)
            notes += f"\n\n{title}\n\n{lines}"
    return notes


def _note(citation: Citation, lang: Lang) -> str:
    number = "" if citation.n is None else f"[{citation.n}] "
    quoted = _QUOTED[lang].format(quote=_one_line(citation.quote))
    if citation.translation:
        quoted += _TRANSLATED[lang].format(translation=_one_line(citation.translation))
    page = None if citation.page is None else f"p. {citation.page}"
    where = ", ".join(filter(None, (citation.title, citation.source, citation.date, page, citation.doc)))
    return number + inert(_one_line(f"{quoted} — {where}"))


def _one_line(text: str) -> str:
    return " ".join(text.split())
