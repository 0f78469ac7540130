"""The one way from a question to an Answer: retrieve, weigh, write, verify.

Events come in this order: EvidenceFound; StageBegun and ClaimChecked as the work goes on;
AnswerDone, always last. A failure is raised, never answered: a refusal says that the documents
are silent, and only that.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from qa.disagree import find_disagreement
from qa.draft import Draft
from qa.errors import UsageError
from qa.instructions import addresses_model
from qa.lang import detect_lang
from qa.models.protocols import LLM, Embedder
from qa.phrases import phrase
from qa.premise import premise_of, that
from qa.quantities import held_numbers, numbers_in
from qa.reply import ListedIndex, reply
from qa.retrieve import Found, SearchableIndex, StoredText, retrieve
from qa.settings import Settings
from qa.smalltalk import kind_of, strip_greeting
from qa.types import (
    LANGS,
    AnswerDone,
    AskEvent,
    ClaimChecked,
    Evidence,
    EvidenceFound,
    Lang,
    StageBegun,
    Turn,
    Usage,
)
from qa.verify import Checked, Judges, best_support, check_sentence, says_nothing
from qa.weigh import Calibration, Reader, choose, rank, unnamed
from qa.write import (
    CHOICE_MESSAGES,
    build_messages,
    fit_evidence,
    pick_excerpts,
    rewrite_question,
    translate,
    write_sentences,
)

MAX_QUESTION = 2000
_ENDS = (".", "!", "?", "…", "»", "”", '"')
# A sentence is quoted as an answer, or compared with others that answer, when the reader gives it this much.
_ANSWERS = 0.4
# Sentences that a premise is looked for in.
_NEAR = 4
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


class AskedIndex(SearchableIndex, ListedIndex, Protocol):
    """What answering needs of an index."""

    def document(self, path: str) -> StoredText: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering needs. `llm` is a call because evidence is shown while the model still loads."""

    settings: Settings
    index: AskedIndex
    generation: str
    embedder: Embedder
    reader: Reader
    calibration: Calibration
    llm: Callable[[], LLM]

    @property
    def judges(self) -> Judges:
        """What verification needs of them."""
        return Judges(self.embedder, self.reader, self.calibration)


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
    draft = Draft(question.id, text, text, lang, parts.embedder.name, parts.generation, began)
    kind = kind_of(text, lang)
    if kind:
        answer = reply(kind, draft, parts.index)
        yield EvidenceFound((), draft.elapsed())
        yield AnswerDone(answer)
        return
    asked = strip_greeting(text, lang)
    if question.history and _LEANS_ON_HISTORY[lang].search(asked):
        yield StageBegun("reading")
        asked, used = rewrite_question(parts.llm(), asked, lang, question.history, cancel)
        draft.understood, draft.used = asked, used

    yield StageBegun("searching")
    settings, calibration = parts.settings, parts.calibration
    found = retrieve(asked, parts.index, parts.embedder, settings.retrieve)
    ranked = rank(asked, lang, found, parts.reader, calibration, settings.retrieve.evidence)
    # What orders the reading machine about is no evidence.
    evidence = tuple(item for item in ranked.evidence if not addresses_model(item.text))
    draft.evidence, draft.evidence_s = evidence, draft.elapsed()
    draft.note({**ranked.signals, "answerable": ranked.answerable})
    yield EvidenceFound(evidence, draft.evidence_s)
    if not evidence:
        yield AnswerDone(draft.refuse(phrase("empty", lang)))
        return
    if ranked.answerable < calibration.sure[0]:
        yield AnswerDone(draft.refuse(_silence(asked, lang, found, evidence, parts)))
        return

    llm = parts.llm()
    yield StageBegun("reading")
    max_tokens = settings.llm.max_tokens
    excerpts = pick_excerpts(evidence, settings.answer)
    shown, draft.dropped = fit_evidence(llm, asked, lang, excerpts, max_tokens)
    best = 0
    if ranked.answerable < calibration.sure[1]:
        chosen = choose(llm, build_messages(asked, lang, shown)[:CHOICE_MESSAGES], len(shown), cancel)
        draft.used += chosen.usage
        prior = calibration.answerable.log_odds(ranked.signals)
        answerable = calibration.chosen.probability({"prior": prior, "choice": chosen.sureness})
        draft.note({"choice": chosen.sureness, "chosen": answerable})
        if answerable < calibration.threshold(settings.answer.risk):
            message = _silence(asked, lang, found, evidence, parts)
            yield AnswerDone(draft.refuse(message, llm.name))
            return
        best = chosen.best

    differing = _differing(asked, lang, shown)
    for position in differing:
        yield from _quote(draft, shown, position, "says", llm, cancel)
    if draft.claims:
        draft.disagreement = len(draft.claims) == len(differing)
        closing = phrase("disagreement", lang) if draft.disagreement else ""
        yield AnswerDone(draft.finish(llm.name, closing))
        return

    yield StageBegun("writing")
    failed = yield from _write(draft, asked, shown, best, llm, parts, cancel)
    if failed and not draft.claims and len(shown) > 1:
        failed = yield from _write(draft, asked, [shown[best]], 0, llm, parts, cancel)
    if failed and not draft.claims:
        yield from _fall_back(draft, shown, best, llm, cancel)
    if draft.claims:
        yield AnswerDone(draft.finish(llm.name))
    else:
        message = _silence(asked, lang, found, evidence, parts)
        yield AnswerDone(draft.refuse(message, llm.name))


def _configured_lang(settings: Settings) -> Lang | None:
    return None if settings.answer.lang == "auto" else settings.answer.lang


def _silence(
    asked: str, lang: Lang, found: Sequence[Found], evidence: Sequence[Evidence], parts: Parts
) -> str:
    """A refusal's words: the name that no document mentions, the premise that none states, or neither."""
    for name in unnamed(asked, lang, found):
        if not parts.index.search_lexical(name, LANGS, 1):
            return phrase("unknown_name", lang, name=name)
    premise = premise_of(asked, lang)
    if premise is not None:
        support = best_support(premise, lang, evidence[:_NEAR], parts.judges)
        if support < parts.calibration.least_support:
            return phrase("premise", lang, premise=that(premise, lang))
    return phrase("refused", lang)


def _write(
    draft: Draft,
    asked: str,
    shown: Sequence[Evidence],
    best: int,
    llm: LLM,
    parts: Parts,
    cancel: threading.Event | None,
) -> Generator[ClaimChecked, None, bool]:
    """Have the model write from `shown`, and take in what holds; True where something did not."""
    lang = draft.lang
    failed = False
    messages = build_messages(asked, lang, shown, choice=str(best + 1))
    for written in write_sentences(llm, messages, lang, parts.settings.llm.max_tokens, cancel):
        if isinstance(written, Usage):
            draft.used += written
        elif written.text and not says_nothing(written.text):
            checked = check_sentence(written, shown, asked, lang, parts.judges)
            failed = failed or checked.verdict == "unsupported"
            event = draft.add(checked, shown) if checked.verdict == "supported" else None
            if event is not None:
                yield event
    return failed


def _fall_back(
    draft: Draft, shown: Sequence[Evidence], best: int, llm: LLM, cancel: threading.Event | None
) -> Iterator[ClaimChecked]:
    """The likeliest sentence's quotation, where the reader holds that it answers: what was written failed,
    and a quotation that does not answer is no better.

    A heading is quoted only where there is nothing else: it names a matter and seldom answers.
    """
    whole = [i for i, item in enumerate(shown) if item.text.endswith(_ENDS)]
    position = best if best in whole or not whole else whole[0]
    if shown[position].scores.get("reader", 0.0) < _ANSWERS:
        return
    yield from _quote(draft, shown, position, "quote", llm, cancel)


def _quote(
    draft: Draft,
    shown: Sequence[Evidence],
    position: int,
    manner: Literal["quote", "says"],
    llm: LLM,
    cancel: threading.Event | None,
) -> Iterator[ClaimChecked]:
    """A quotation as a claim; in the other language with its translation, or not at all."""
    item, lang = shown[position], draft.lang
    translations: dict[int, str] = {}
    if item.lang != lang:
        translated, used = translate(llm, item.text, lang, cancel)
        draft.used += used
        if not translated or numbers_in(translated, lang) - held_numbers(item.text, item.lang, item.date):
            return
        translations[position] = translated
    name = f"quote_{item.lang}" if manner == "quote" else "says_translated" if translations else "says"
    text = phrase(
        name,
        lang,
        quote=" ".join(item.text.split()),
        translation=translations.get(position, ""),
        title=item.title,
        dated=f" ({item.date})" if item.date else "",
    )
    event = draft.add(Checked(text, "supported", 1.0, (position,)), shown, translations)
    if event is not None:
        yield event


def _differing(asked: str, lang: Lang, shown: Sequence[Evidence]) -> tuple[int, ...]:
    """Positions of sentences that answer the question with different values; () where they agree."""
    answering = [i for i, item in enumerate(shown) if item.scores.get("reader", 0.0) >= _ANSWERS]
    said = [(shown[i].text, shown[i].lang, shown[i].doc) for i in answering]
    return tuple(answering[i] for i in find_disagreement(asked, lang, said))
