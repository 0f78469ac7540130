"""The one way from a question to an Answer: retrieve, weigh, write, verify.

Events come in this order: EvidenceFound; StageBegun and ClaimChecked as the work goes on;
AnswerDone, always last. A failure is raised, never answered: a refusal says that the documents
are silent, and only that.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa.errors import UsageError
from qa.lang import detect_lang
from qa.models.protocols import LLM, Embedder
from qa.phrases import phrase
from qa.retrieve import SearchableIndex, SentenceVectors, retrieve
from qa.settings import Settings
from qa.types import (
    Answer,
    AnswerDone,
    AskEvent,
    Citation,
    Claim,
    ClaimChecked,
    Evidence,
    EvidenceFound,
    Lang,
    ModelNames,
    StageBegun,
    Timings,
    Turn,
    Usage,
)
from qa.verify import Checked, check_sentence, says_nothing
from qa.weigh import weigh
from qa.write import (
    CHOICE_MESSAGES,
    build_messages,
    fit_evidence,
    pick_excerpts,
    rewrite_question,
    write_sentences,
)

MAX_QUESTION = 2000
_NEAREST = 3
_ENDS = (".", "!", "?", "…", "»", "”", '"')
_LEANS_ON_HISTORY = {
    "fr": re.compile(
        r"^(et|mais|ou|alors|pourquoi|comment|quand|où|lesquel\w+|lequel|laquelle)\b.{0,25}$|^(et|mais|alors)\b"
        r"|\b(il|elle|ils|elles|lui|eux|leurs?|son|sa|ses|celui-ci|celle-ci|cela|ça|ce dernier"
        r"|cette dernière)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"^(and|but|or|so|why|how|when|where|which|what about)\b.{0,25}$|^(and|but|so|what about|how about)\b"
        r"|\b(he|she|they|him|her|his|hers|them|their|it|its|this|that|these|those)\b",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked; `lang` None means: find out."""

    text: str
    id: str = ""
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering needs. `llm` is a call because evidence is shown while the model still loads."""

    settings: Settings
    index: SearchableIndex
    generation: str
    embedder: Embedder
    llm: Callable[[], LLM]
    vectors: SentenceVectors = field(default_factory=SentenceVectors)


def ask(question: Question, parts: Parts, cancel: threading.Event | None = None) -> Iterator[AskEvent]:
    """Answer one question; see the module's docstring for the events.

    Raises UsageError for an empty or overlong question, ModelError or StoreError where a part fails,
    and Cancelled once `cancel` is set.
    """
    began = time.monotonic()
    text = " ".join(question.text.split())
    if not text:
        raise UsageError("The question is empty.", "Write a question.")
    if len(text) > MAX_QUESTION:
        raise UsageError(f"The question has {len(text)} characters.", f"At most {MAX_QUESTION} are taken.")
    lang = question.lang or _configured_lang(parts.settings) or detect_lang(text, default="fr")

    understood, used = text, Usage()
    if question.history and _LEANS_ON_HISTORY[lang].search(text):
        yield StageBegun("reading")
        understood, used = rewrite_question(parts.llm(), text, lang, question.history, cancel)

    yield StageBegun("searching")
    evidence = retrieve(understood, parts.index, parts.embedder, parts.settings.retrieve, parts.vectors)
    evidence_s = time.monotonic() - began
    yield EvidenceFound(evidence, evidence_s)

    draft = _Draft(question, text, understood, lang, parts, evidence, began, evidence_s, used)
    if not evidence:
        yield AnswerDone(draft.refuse("empty", llm_name=""))
        return
    llm = parts.llm()
    yield StageBegun("reading")
    max_tokens = parts.settings.llm.max_tokens
    excerpts = pick_excerpts(evidence, parts.settings.answer)
    shown, draft.dropped = fit_evidence(llm, understood, lang, excerpts, max_tokens)
    choice_prompt = build_messages(understood, lang, shown)[:CHOICE_MESSAGES]
    weighed = weigh(llm, choice_prompt, len(shown), cancel)
    draft.used += weighed.usage
    draft.signals = {"none": round(weighed.none, 4), "best": round(max(weighed.answers), 4)}
    if not weighed.answerable:
        yield AnswerDone(draft.refuse("refused", llm.name))
        return

    yield StageBegun("writing")
    messages = build_messages(understood, lang, shown, choice=str(weighed.best + 1))
    failed = False
    for written in write_sentences(llm, messages, lang, max_tokens, cancel):
        if isinstance(written, Usage):
            draft.used += written
        elif written.text and not says_nothing(written.text):
            checked = check_sentence(written, shown, understood, lang, parts.embedder)
            event = draft.add(checked, shown) if checked.verdict == "supported" else None
            failed = failed or checked.verdict == "unsupported"
            if event is not None:
                yield event
    if failed and not draft.claims:
        event = draft.add(_quote(shown, weighed.answers, lang), shown)
        if event is not None:
            yield event
    if draft.claims:
        yield AnswerDone(draft.finish(llm.name))
    else:
        yield AnswerDone(draft.refuse("refused", llm.name))


def _configured_lang(settings: Settings) -> Lang | None:
    return None if settings.answer.lang == "auto" else settings.answer.lang


def _quote(shown: Sequence[Evidence], answers: Sequence[float], lang: Lang) -> Checked:
    """The likeliest excerpt's quotation, for where nothing that the model wrote holds.

    A heading is quoted only where there is nothing else: it names a matter and seldom answers.
    """
    position = max(range(len(shown)), key=lambda i: (shown[i].text.endswith(_ENDS), answers[i]))
    item = shown[position]
    text = phrase(f"quote_{item.lang}", lang, quote=" ".join(item.text.split()))
    return Checked(text, "supported", 1.0, (position,))


@dataclass(slots=True)
class _Draft:
    """An Answer in the making: one question's own, never shared."""

    question: Question
    text: str
    understood: str
    lang: Lang
    parts: Parts
    evidence: Sequence[Evidence]
    began: float
    evidence_s: float
    used: Usage
    dropped: Sequence[Evidence] = ()
    signals: dict[str, float] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    first_sentence_s: float | None = None

    def add(self, checked: Checked, shown: Sequence[Evidence]) -> ClaimChecked | None:
        """Take a checked sentence in; None where the answer already says it."""
        if any(claim.text == checked.text for claim in self.claims):
            return None
        fresh: list[Citation] = []
        numbers: list[int] = []
        for position in checked.evidence:
            item = shown[position]
            known = next((c for c in self.citations if (c.doc, c.start) == (item.doc, item.start)), None)
            if known is None:
                known = cite(item, n=len(self.citations) + 1)
                self.citations.append(known)
                fresh.append(known)
            numbers.append(known.n or 0)
        claim = Claim(checked.text, checked.verdict, checked.support, tuple(numbers))
        self.claims.append(claim)
        if self.first_sentence_s is None:
            self.first_sentence_s = time.monotonic() - self.began
        return ClaimChecked(claim, tuple(fresh))

    def finish(self, llm_name: str) -> Answer:
        return self._answer(
            "answered",
            " ".join(with_marks(claim) for claim in self.claims),
            llm_name,
            claims=tuple(self.claims),
            citations=tuple(self.citations),
        )

    def refuse(self, reason: str, llm_name: str) -> Answer:
        nearest = tuple(cite(item) for item in self.evidence[:_NEAREST])
        return self._answer("refused", phrase(reason, self.lang), llm_name, nearest=nearest)

    def _answer(
        self,
        status: Literal["answered", "refused"],
        answer: str,
        llm_name: str,
        claims: tuple[Claim, ...] = (),
        citations: tuple[Citation, ...] = (),
        nearest: tuple[Citation, ...] = (),
    ) -> Answer:
        return Answer(
            id=self.question.id,
            question=self.question.text,
            lang=self.lang,
            status=status,
            answer=answer,
            claims=claims,
            citations=citations,
            nearest=nearest,
            model=ModelNames(llm_name, self.parts.embedder.name),
            timings=Timings(
                round(self.evidence_s, 3),
                None if self.first_sentence_s is None else round(self.first_sentence_s, 3),
                round(time.monotonic() - self.began, 3),
            ),
            understood=None if self.understood == self.text else self.understood,
            evidence=tuple(self.evidence),
            dropped=tuple(self.dropped),
            usage=self.used,
            signals=self.signals,
            index=self.parts.generation,
        )


def cite(item: Evidence, n: int | None = None) -> Citation:
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
    )


def with_marks(claim: Claim) -> str:
    """The claim as a reader sees it, its citation numbers before the final stop: `… minutes [1][2].`"""
    marks = "".join(f"[{n}]" for n in claim.citations)
    body, stop = (
        (claim.text[:-1], claim.text[-1]) if claim.text.endswith((".", "!", "?")) else (claim.text, "")
    )
    return f"{body} {marks}{stop}"
