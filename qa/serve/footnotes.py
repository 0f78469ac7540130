"""The Answer as text with footnotes, for clients that render Markdown: nothing in it loads or links.

What documents and models write is text. A word joiner, which nobody sees, parts the characters that would
make an image, a link, a tag, an address or a block of code of it; what controls a terminal is shown as �, and
what turns the text round is left out. What a document says word for word stands in the Answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.draft import with_marks
from qa.signs import SIGNS, asked_as, warnings
from qa.types import LANGS, Answer, Citation, Claim, Lang
from qa.typography import one_line, quotation

_JOINER = "\u2060"
# `](`, `][` and `]:` make links, images and their definitions, `<x` tags, `://`, `www.` and `@` bare links;
# a row of backticks or tildes makes a block of code of all that follows.
_ACTIVE = re.compile(
    r"\](?=[(:\[])|<(?=[A-Za-z/!?])|:(?=//)|\bwww(?=\.)|@(?=\w)|`(?=`)|~(?=~)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"(?<=\])" + _JOINER + r"(?=\[\d+\])")

_SOURCES = "**Sources**"
_NEAREST: dict[Lang, str] = {
    "fr": "**Les phrases les plus proches (sans réponse sûre)**",
    "en": "**The nearest sentences (without a sure answer)**",
}
_TRANSLATED: dict[Lang, str] = {
    "fr": " (traduit par le modèle : {translation})",
    "en": " (translated by the model: {translation})",
}
_SIGNS = ("partial", "disagreement", "unsupported_of", "dropped", "understood")


def _shape(template: str) -> str:
    """What a line that was made of `template` looks like."""
    shape = r"[^\n]*".join(re.escape(part) for part in re.split(r"\{[^}]*\}", template))
    # Whether they break or not: a client may write one for the other.
    return shape.replace(r"\ ", r"[ \u00a0]")


_FIRST = "|".join(
    [
        *(re.escape(title.strip("*")) for title in (_SOURCES, *_NEAREST.values())),
        *(
            _shape(SIGNS[name][lang])
            for name in (*(f"label.{n}" for n in _SIGNS), "narrow.line")
            for lang in LANGS
        ),
    ]
)
# From the first of the notes to the end; each stands between asterisks.
_NOTES = re.compile(rf"\n\n\*{{1,2}}(?:{_FIRST})\*{{1,2}}(?:\n.*|$)", re.DOTALL)


def visible(text: str) -> str:
    """`text` without what is not seen and changes how the rest is."""
    return _TURNING.sub("", _CONTROL.sub("\ufffd", text))


def inert(text: str) -> str:
    """`text` without what a Markdown renderer would load or link."""
    return _ACTIVE.sub(lambda found: found.group() + _JOINER, visible(text))


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
    notes = "".join(f"\n\n**{inert(one_line(told))}**" for told in warnings(answer, answer.lang))
    notes += "".join(f"\n\n*{inert(one_line(told))}*" for told in asked_as(answer, answer.lang))
    for title, listed in ((_SOURCES, answer.citations), (_NEAREST[answer.lang], answer.nearest)):
        if listed:
            lines = "\n".join(f"- {_note(citation, answer.lang)}" for citation in listed)
            notes += f"\n\n{title}\n\n{lines}"
    return notes


def _note(citation: Citation, lang: Lang) -> str:
    number = "" if citation.n is None else f"[{citation.n}] "
    quoted = quotation(citation.quote, lang)
    if citation.translation:
        quoted += _TRANSLATED[lang].format(translation=quotation(citation.translation, lang))
    page = None if citation.page is None else f"p. {citation.page}"
    where = ", ".join(filter(None, (citation.title, citation.source, citation.date, page, citation.doc)))
    return number + inert(one_line(f"{quoted} — {where}"))
