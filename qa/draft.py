"""An Answer in the making, and how citations and claims read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa.phrases import phrase
from qa.types import (
    Answer,
    Citation,
    Claim,
    ClaimChecked,
    Evidence,
    Lang,
    ModelNames,
    Scope,
    Timings,
    Usage,
)
from qa.verify import Checked

_NEAREST = 3


@dataclass(slots=True)
class Draft:
    """One question's own, never shared."""

    id: str
    question: str
    understood: str
    lang: Lang
    embedder: str
    generation: str
    began: float
    scope: Scope | None = None
    llm: str = ""
    used: Usage = field(default_factory=Usage)
    evidence: Sequence[Evidence] = ()
    evidence_s: float | None = None
    dropped: Sequence[Evidence] = ()
    signals: dict[str, float] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    disagreement: bool = False
    first_sentence_s: float | None = None
    # A quotation that would be shown, were there a translation of it that can be trusted.
    untranslated: Evidence | None = None

    def elapsed(self) -> float:
        """Seconds since the question was taken."""
        return time.monotonic() - self.began

    def note(self, signals: Mapping[str, float]) -> None:
        """Keep signals for those who ask why."""
        self.signals |= {name: round(value, 4) for name, value in signals.items()}

    def add(
        self, checked: Checked, shown: Sequence[Evidence], translations: Mapping[int, str] | None = None
    ) -> ClaimChecked | None:
        """Take a checked sentence in; None where the answer already says it.

        `translations` are of the quotes of `shown`, by position.
        """
        if any(claim.text == checked.text for claim in self.claims):
            return None
        fresh: list[Citation] = []
        numbers: list[int] = []
        for position in checked.evidence:
            item = shown[position]
            translation = (translations or {}).get(position)
            known = next((c for c in self.citations if _one_holds_the_other(c, item)), None)
            if known is None:
                known = cite(item, len(self.citations) + 1, translation)
                self.citations.append(known)
                fresh.append(known)
            elif (item.end - item.start, bool(translation)) > (
                known.end - known.start,
                known.translation is not None,
            ):
                # The same, with what it leans on or its translation.
                at = self.citations.index(known)
                known = self.citations[at] = cite(item, known.n, translation)
            numbers.append(known.n or 0)
        claim = Claim(checked.text, checked.verdict, checked.support, tuple(numbers))
        self.claims.append(claim)
        if self.first_sentence_s is None:
            self.first_sentence_s = self.elapsed()
        return ClaimChecked(claim, tuple(fresh))

    def finish(self, closing: str = "", partial: bool = False) -> Answer:
        """The answer of the claims taken in, and `closing`; `partial` where that says what is missing."""
        said = " ".join(with_marks(claim) for claim in self.claims)
        if self.disagreement:
            said += " " + phrase("disagreement", self.lang)
        return self._answer("partial" if partial else "answered", f"{said} {closing}".strip())

    def refuse(self, message: str) -> Answer:
        """A refusal that says `message`, with the nearest sentences."""
        self.claims, self.citations, self.first_sentence_s = [], [], None
        self.disagreement = False
        first = self.untranslated
        nearest = sorted(
            self.evidence, key=lambda e: first is None or (e.doc, e.start) != (first.doc, first.start)
        )
        return self._answer("refused", message, tuple(cite(e) for e in nearest[:_NEAREST]))

    def _answer(
        self,
        status: Literal["answered", "partial", "refused"],
        answer: str,
        nearest: tuple[Citation, ...] = (),
    ) -> Answer:
        return Answer(
            id=self.id,
            question=self.question,
            lang=self.lang,
            status=status,
            answer=answer,
            claims=tuple(self.claims),
            citations=tuple(self.citations),
            disagreement=self.disagreement,
            nearest=nearest,
            model=ModelNames(self.llm, self.embedder),
            timings=Timings(
                _rounded(self.evidence_s), _rounded(self.first_sentence_s), _rounded(self.elapsed())
            ),
            understood=None if self.understood == self.question else self.understood,
            evidence=tuple(self.evidence),
            dropped=tuple(self.dropped),
            usage=self.used,
            signals=self.signals,
            index=self.generation,
            scope=self.scope,
        )


def _one_holds_the_other(citation: Citation, item: Evidence) -> bool:
    return citation.doc == item.doc and (
        item.start <= citation.start <= citation.end <= item.end
        or citation.start <= item.start <= item.end <= citation.end
    )


def cite(item: Evidence, n: int | None = None, translation: str | None = None) -> Citation:
    """The citation of a sentence of evidence; its quote is the document's own text."""
    return Citation(
        doc=item.doc,
        title=item.title,
        date=item.date,
        start=item.start,
        end=item.end,
        quote=item.text,
        n=n,
        source=item.source,
        page=item.page,
        lang=item.lang,
        translation=translation,
    )


def with_marks(claim: Claim) -> str:
    """The claim as a reader sees it, its citation numbers before the final stop: `… minutes [1][2].`"""
    marks = "".join(f"[{n}]" for n in claim.citations)
    body, stop = (
        (claim.text[:-1], claim.text[-1]) if claim.text.endswith((".", "!", "?")) else (claim.text, "")
    )
    return f"{body} {marks}{stop}"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
