"""The one way from a question to an Answer: retrieve, weigh, write, verify.

Events come in this order: EvidenceFound; StageBegun and ClaimChecked as the work goes on;
AnswerDone, always last. A failure is raised, never answered: a refusal says that the documents
are silent, and only that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest

from qa.about import about_what_is_named
from qa.compose import Desk, compose, evidence_elsewhere, quote_differing, quote_elsewhere
from qa.compound import split_question
from qa.draft import Draft
from qa.errors import UsageError
from qa.expected import lacks
from qa.followup import leans_on_history
from qa.instructions import addresses_model, without_orders
from qa.lang import detect_lang
from qa.models.protocols import LLM, Embedder
from qa.phrases import phrase
from qa.premise import premise_of, that
from qa.reply import reply
from qa.retrieve import Found, Query, retrieve
from qa.scope import AskedIndex, Narrowed, check_scope
from qa.settings import Settings
from qa.smalltalk import kind_of, strip_greeting
from qa.types import (
    LANGS,
    AnswerDone,
    AskEvent,
    Evidence,
    EvidenceFound,
    Lang,
    Scope,
    StageBegun,
    Turn,
)
from qa.verify import Judges, best_support
from qa.weigh import (
    Calibration,
    Chosen,
    Decisions,
    Ranked,
    Reader,
    StateChooser,
    choice_signals,
    choose,
    is_enough,
    rank,
    unnamed,
)
from qa.write import (
    LOOKS,
    choice_messages,
    fit_evidence,
    in_document_order,
    pick_excerpts,
    pick_looks,
    rewrite_question,
    state_messages,
    translate_question,
)

MAX_QUESTION = 2000
# Documents in this language are searched with the question translated by the model, which finds more. The
# other way round its French is too weak: no gain (dev/LOG.md).
_TRANSLATED_INTO: Lang = "en"
# What the reader gives a sentence in the question's language that need not be looked for elsewhere.
_FOUND = 0.5
# Sentences that a premise is looked for in.
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked; `lang` None means: find out, `scope` None: of all documents."""

    text: str
    id: str = ""
    lang: Lang | None = None
    history: tuple[Turn, ...] = ()
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering needs. `llm` is a call because evidence is shown while the model still loads.

    Without `states` the language model that writes is asked for its choice.
    """

    settings: Settings
    index: AskedIndex
    generation: str
    embedder: Embedder
    reader: Reader
    calibration: Calibration
    llm: Callable[[], LLM]
    states: StateChooser | None = None

    @property
    def narrowed(self) -> bool:
        """Whether only some of the documents are asked."""
        return isinstance(self.index, Narrowed)

    @property
    def judges(self) -> Judges:
        """What verification needs of them."""
        return Judges(self.embedder, self.reader, self.calibration)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One thing asked, with what was found and how it was ranked."""

    asked: str
    found: Sequence[Found]
    evidence: tuple[Evidence, ...]
    ranked: Ranked


@dataclass(frozen=True, slots=True)
class _Choice:
    """The excerpts shown, which of them answers, how sure that is, and what follows from it."""

    shown: Sequence[Evidence]
    chosen: Chosen
    sureness: float
    decisions: Decisions


def ask(question: Question, parts: Parts, cancel: threading.Event | None = None) -> Iterator[AskEvent]:
    """Answer one question; see the module's docstring for the events.

    Raises UsageError for an empty or overlong question and for a scope that does not fit, ModelError or
    StoreError where a part fails, and Cancelled once `cancel` is set.
    """
    began = time.monotonic()
    text = " ".join(question.text.split())
    if not text:
        raise UsageError("The question is empty.", "Write a question.")
    if len(text) > MAX_QUESTION:
        raise UsageError(f"The question has {len(text)} characters.", f"At most {MAX_QUESTION} are taken.")
    lang = question.lang or _configured_lang(parts.settings) or detect_lang(text, default="fr")
    scope = check_scope(question.scope)
    if scope is not None:
        # All that follows sees the other documents no more.
        parts = replace(parts, index=Narrowed(parts.index, scope))
    draft = Draft(question.id, text, text, lang, parts.embedder.name, parts.generation, began, scope)
    kind = kind_of(text, lang)
    if kind:
        answer = reply(kind, draft, parts.index)
        yield EvidenceFound((), draft.elapsed())
        yield AnswerDone(answer)
        return
    asked = strip_greeting(without_orders(text, lang), lang)
    if question.history and leans_on_history(asked, lang):
        yield StageBegun("reading")
        asked, used = rewrite_question(parts.llm(), asked, lang, question.history, cancel)
        draft.understood, draft.used = asked, used

    yield StageBegun("searching")
    things = _things_asked(asked, draft, parts, cancel)
    weighed = [_weigh(Query(one, lang), parts) for one in things]
    draft.evidence, draft.evidence_s = _merged(weighed), draft.elapsed()
    yield EvidenceFound(tuple(draft.evidence), draft.evidence_s)
    if not draft.evidence:
        yield AnswerDone(draft.refuse(phrase("empty", lang, parts.narrowed)))
        return
    at_home = [_is_found_at_home(one, lang) for one in weighed]
    weighed = [
        one if found else _searched_translated(one, draft, parts, cancel)
        for one, found in zip(weighed, at_home, strict=True)
    ]
    draft.evidence = _merged(weighed)
    silences: list[str] = []
    for number, one in enumerate(weighed):
        silence = yield from _answer(one, draft, parts, cancel)
        if silence and at_home[number]:
            weighed[number] = _searched_translated(one, draft, parts, cancel)
            draft.evidence = _merged(weighed)
            if weighed[number] is not one:
                silence = yield from _answer(weighed[number], draft, parts, cancel)
        if silence:
            silent_on = phrase("silent_on", lang, parts.narrowed, question=one.asked)
            silences.append(silence if len(weighed) == 1 else silent_on)
    if not draft.claims:
        refused = phrase("refused", lang, parts.narrowed)
        yield AnswerDone(draft.refuse(silences[0] if len(weighed) == 1 else refused))
    else:
        yield AnswerDone(draft.finish(" ".join(silences), partial=bool(silences)))


def _things_asked(asked: str, draft: Draft, parts: Parts, cancel: threading.Event | None) -> list[str]:
    """The one or two things that are asked, each so that it can be understood alone."""
    found: list[str] = []
    for part in split_question(asked, draft.lang):
        text = part.text
        if part.leans and leans_on_history(text, draft.lang):
            text, used = rewrite_question(parts.llm(), text, draft.lang, (Turn(found[-1], ""),), cancel)
            draft.used += used
        found.append(text)
    return found


def _is_found_at_home(weighed: _Weighed, lang: Lang) -> bool:
    """Whether the best sentence is in the question's language and may well answer: then the documents in the
    other language are asked in their own only where it does not."""
    best = weighed.evidence[0] if weighed.evidence else None
    return best is not None and best.lang == lang and best.scores["reader"] >= _FOUND


def _searched_translated(
    weighed: _Weighed, draft: Draft, parts: Parts, cancel: threading.Event | None
) -> _Weighed:
    """The same with the question translated for documents in the other language, where there are any and that
    finds more."""
    if draft.lang == _TRANSLATED_INTO or _TRANSLATED_INTO not in parts.index.langs:
        return weighed
    text, used = translate_question(parts.llm(), weighed.asked, _TRANSLATED_INTO, cancel)
    draft.used += used
    return _weigh(Query(weighed.asked, draft.lang, {_TRANSLATED_INTO: text}), parts) if text else weighed


def _weigh(query: Query, parts: Parts) -> _Weighed:
    settings = parts.settings.retrieve
    found = retrieve(query, parts.index, parts.embedder, settings)
    ranked = rank(query, found, parts.reader, parts.calibration, settings.evidence)
    # What orders the reading machine about is no evidence.
    evidence = tuple(item for item in ranked.evidence if not addresses_model(item.text))
    return _Weighed(query.text, found, evidence, ranked)


def _merged(weighed: Sequence[_Weighed]) -> tuple[Evidence, ...]:
    """The evidence of all parts of a question, each sentence once, the best of each first."""
    found: dict[tuple[str, int], Evidence] = {}
    for rank_of_all in zip_longest(*(one.evidence for one in weighed)):
        for item in filter(None, rank_of_all):
            found.setdefault((item.doc, item.start), item)
    return tuple(found.values())


def _answer(
    weighed: _Weighed, draft: Draft, parts: Parts, cancel: threading.Event | None
) -> Generator[AskEvent, None, str]:
    """Take into the draft what answers; "" where something does, else what to say instead."""
    asked, evidence, lang = weighed.asked, weighed.evidence, draft.lang
    settings, calibration = parts.settings, parts.calibration
    ranked = weighed.ranked
    draft.note({**ranked.signals, "answerable": ranked.answerable})
    if not evidence or ranked.answerable < calibration.absent:
        return _silence(weighed, lang, parts)

    evidence = about_what_is_named(asked, lang, evidence, parts.index)
    # The model that writes reads once: what it has read it writes behind.
    looks = pick_looks(evidence, settings.answer, 1 if parts.states is None else LOOKS)
    looks = [one for one in looks if not all(lacks(asked, lang, e.context_text, e.lang) for e in one)]
    if not looks:
        return _silence(weighed, lang, parts)
    llm = parts.llm()
    draft.llm = llm.name
    yield StageBegun("reading")
    read = partial(_desk, asked, calibration.answerable.log_odds(ranked.signals), draft, parts, llm, cancel)
    desks: list[tuple[Desk, dict[str, float]]] = []
    for number, excerpts in enumerate(looks):
        desks.append(read(excerpts, look=number))
        if is_enough([desk.chosen for desk, _ in desks]):
            break
    surest_first = sorted(desks, key=lambda one: -one[1]["chosen"])
    draft.note(surest_first[0][1])
    for desk, signals in surest_first:
        if signals["chosen"] < desk.decisions.unlikely:
            break
        before = len(draft.claims)
        differing = yield from quote_differing(desk)
        if not differing:
            yield from compose(desk)
        if len(draft.claims) > before:
            elsewhere = evidence_elsewhere(evidence, draft.citations)
            if elsewhere and not differing and parts.states is not None:
                desk, _ = read(pick_excerpts(elsewhere, settings.answer))
                yield from quote_elsewhere(desk)
            return ""
    return phrase("untranslated", lang) if draft.untranslated else _silence(weighed, lang, parts)


def _desk(
    asked: str,
    prior: float,
    draft: Draft,
    parts: Parts,
    llm: LLM,
    cancel: threading.Event | None,
    excerpts: Sequence[Evidence],
    look: int = 0,
) -> tuple[Desk, dict[str, float]]:
    """What composing needs of the language model's choice among the excerpts, and the choice's signals;
    `look` is how many were taken before it."""
    choice = _choose(asked, excerpts, draft, parts, llm, cancel)
    signals = choice_signals(prior, choice.sureness, draft.lang, look)
    chosen = choice.decisions.chosen
    desk = Desk(
        draft,
        asked,
        choice.shown,
        chosen.log_odds(signals),
        choice.chosen,
        choice.decisions,
        parts.states,
        choice.decisions.threshold(parts.settings.answer.risk),
        llm,
        parts.judges,
        parts.settings.llm.max_tokens,
        cancel,
    )
    return desk, {"choice": choice.sureness, "chosen": chosen.probability(signals)}


def _choose(
    asked: str,
    excerpts: Sequence[Evidence],
    draft: Draft,
    parts: Parts,
    llm: LLM,
    cancel: threading.Event | None,
) -> _Choice:
    lang = draft.lang
    if parts.states is not None:
        excerpts = in_document_order(excerpts)
        messages = state_messages(asked, lang, excerpts)
        chosen = parts.states.choose(messages, len(excerpts), cancel)
        return _Choice(excerpts, chosen, chosen.odds, parts.calibration.state)
    max_tokens = parts.settings.llm.max_tokens
    shown, draft.dropped = fit_evidence(llm, asked, lang, excerpts, max_tokens)
    chosen = choose(llm, choice_messages(asked, lang, shown), len(shown), cancel)
    draft.used += chosen.usage
    return _Choice(shown, chosen, chosen.sureness, parts.calibration.token)


def _configured_lang(settings: Settings) -> Lang | None:
    return None if settings.answer.lang == "auto" else settings.answer.lang


def _silence(weighed: _Weighed, lang: Lang, parts: Parts) -> str:
    """A refusal's words: the name that no document mentions, the premise that none states, or neither."""
    for name in unnamed(weighed.asked, lang, weighed.found):
        if not parts.index.search_lexical(name, LANGS, 1):
            return phrase("unknown_name", lang, parts.narrowed, name=name)
    premise = premise_of(weighed.asked, lang)
    if premise is not None:
        support = best_support(premise, lang, weighed.evidence[:_NEAR], parts.judges)
        if support < parts.calibration.least_support:
            return phrase("premise", lang, parts.narrowed, premise=that(premise, lang))
    return phrase("refused", lang, parts.narrowed)
