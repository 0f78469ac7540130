"""Claims in the making: what the model writes and what is quoted, each checked before it is shown."""

from __future__ import annotations

import threading
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qa.about import names_stand_in
from qa.carried import carried_over, without_offices
from qa.dates import names_date, resolve_dates, spoken_date
from qa.disagree import find_disagreement
from qa.draft import Draft
from qa.exonyms import is_named, is_ordinary
from qa.expected import asks_source, asks_when, evades, form_of, lacks, opens_with
from qa.instructions import addresses_model
from qa.models.protocols import LLM
from qa.months import held_months, months_in, other_weekdays
from qa.phrases import phrase
from qa.polarity.opposites import turned_round
from qa.quantities import find_quantities, held_numbers, in_figures, misread, numbers_in
from qa.types import Citation, Claim, ClaimChecked, Evidence, Lang, StageBegun, Usage
from qa.verify import Checked, Judges, check_sentence, names_in, says_more, says_nothing, written_signals
from qa.weigh import SUREST, Chosen, Decisions, StateChooser
from qa.words import content_words, fold, is_among, parts
from qa.write import (
    build_messages,
    fit_evidence,
    side_messages,
    state_messages,
    translate,
    write_sentences,
)

# A sentence is compared with others that answer when the reader gives it this much.
_ANSWERS = 0.4
_Outcome = Literal["silent", "shown", "apart", "failed"]
_Manner = Literal["quote", "also", "elsewhere", "says"]
_Side = Literal["yes", "no"]
_ENDS = (".", "!", "?", "…", "»", "”", '"')
# How surely a sentence in the model's words must be right, and a quotation in its place: of 120 public
# questions 13 got one, 1 wrong; at 0.75 19 would, 3 wrong; at the usual threshold 30, 8 wrong (dev/LOG.md).
OWN_WORDS = 0.8
# A second sentence is quoted beside the best where it is no further behind (log-odds): of what is quoted it
# makes a tenth more hold the answer (dev/LOG.md).
_BEHIND = 2.0
# How surely another document must answer as well to be quoted beside the first; as surely as what the model
# says in its own words (dev/LOG.md).
_ELSEWHERE = 0.8
# A claim with this share of a sentence's words leaves nothing of it out.
_SAID = 0.8
# How surely yes or no must be told to stand before a quotation: of hard questions half have it then, 96 % of
# them rightly (training/README.md).
_SURE_SIDE = 0.9
# Characters: a quotation with what it needs to stand alone; longer ones are quoted without.
_MOST_QUOTED = 400


@dataclass(frozen=True, slots=True)
class Desk:
    """What composing the answer to one question needs.

    `odds`: log-odds that the documents answer, the model's choice included; `chosen`: that choice among the
    excerpts `shown`, from which `decisions` follow. What is shown is right with probability `least` or more.
    `states` tell of an excerpt by itself; without them the language model has read all of `shown` already,
    and writes behind them.
    """

    draft: Draft
    asked: str
    shown: Sequence[Evidence]
    odds: float
    chosen: Chosen
    decisions: Decisions
    states: StateChooser | None
    least: float
    llm: LLM
    judges: Judges
    max_tokens: int
    cancel: threading.Event | None

    def quoted(self, position: int) -> float:
        """The probability that the quotation of an excerpt is right; what it tells read alone counts, unless
        nothing that it could tell would make the quotation likely enough."""
        quoted = self.decisions.quoted
        if self.states is None:
            return quoted.probability({"odds": self.odds})
        alone = SUREST
        if quoted.probability({"odds": self.odds, "alone": alone}) >= self.least:
            messages = state_messages(self.asked, self.draft.lang, [self.shown[position]])
            alone = self.states.choose(messages, 1, self.cancel).odds
        return quoted.probability({"odds": self.odds, "alone": alone})

    def is_so(self, text: str) -> float | None:
        """The probability that yes answers, by `text`; None where that is not asked or cannot be told."""
        if self.states is None or form_of(self.asked, self.draft.lang) != "yes_no":
            return None
        return self.states.is_so(side_messages(self.asked, self.draft.lang, text), self.cancel)


def compose(desk: Desk) -> Iterator[ClaimChecked | StageBegun]:
    """Quote the likeliest sentence, and the next one where it is nearly as likely; before them stands what
    the model writes from all excerpts where it holds and a right answer is likely enough.

    The quotation gives the reader what a written sentence left out (dev/LOG.md). Nothing at all is a refusal.
    """
    before = len(desk.draft.claims)
    likely = quotable(desk.chosen, desk.shown, desk.decisions.reader)
    positions = [
        i
        for i in likely
        if lacks(desk.asked, desk.draft.lang, desk.shown[i].text, desk.shown[i].lang) is None
    ]
    if not positions:
        return
    quoted = desk.quoted(positions[0])
    desk.draft.note({"quoted": quoted})
    if quoted < desk.least:
        return
    # Neither a yes or no nor what the model writes is shown before a quotation that is less sure.
    sure = quoted >= OWN_WORDS
    yes = desk.is_so(_standing_alone(desk.shown[positions[0]], desk.draft).text) if sure else None
    if yes is not None:
        desk.draft.note({"yes": yes})
    # Where a quotation was less sure nothing written was shown (dev/LOG.md): it is not waited for. Who says
    # so is what a small model mixes up: there the documents speak for themselves. So does the translation of
    # a sentence in the other language: of 24 written beside one 2 were shown, 1 of them wrong.
    at_home = desk.shown[positions[0]].lang == desk.draft.lang
    if sure and at_home and not asks_source(desk.asked, desk.draft.lang):
        yield StageBegun("writing")
        sentences = [desk.shown[i] for i in likely]
        given, hint = (desk.shown, desk.chosen.best) if desk.states is None else (sentences, 0)
        outcome = yield from _write(desk, given, hint, sentences, yes)
        if outcome == "silent":
            return
        if outcome == "failed" and len(desk.draft.claims) == before and len(given) > 1:
            best = [desk.shown[positions[0]]]
            yield from _write(desk, best, 0, best, yes)
    for position in positions:
        # The best may have gone for want of a translation.
        manner: _Manner = "also" if len(desk.draft.claims) > before and position != positions[0] else "quote"
        leads = position == positions[0] and len(desk.draft.claims) == before
        if not _is_said(desk.shown[position], desk.draft.claims[before:]):
            yield from _quote(desk, position, manner, quoted, _side(yes) if leads else None)


def _side(yes: float | None) -> _Side | None:
    """What stands before a quotation, where it is sure enough."""
    if yes is None or max(yes, 1 - yes) < _SURE_SIDE:
        return None
    return "yes" if yes >= 0.5 else "no"


def _is_contrary(text: str, yes: float | None) -> bool:
    """Whether a sentence opens with the less likely of yes and no."""
    opening = opens_with(text)
    return yes is not None and opening is not None and (opening == "yes") != (yes >= 0.5)


def evidence_elsewhere(evidence: Sequence[Evidence], cited: Sequence[Citation]) -> list[Evidence]:
    """The evidence of documents that are not cited."""
    documents = {citation.doc for citation in cited}
    return [item for item in evidence if item.doc not in documents]


def quote_elsewhere(desk: Desk) -> Iterator[ClaimChecked]:
    """Quote the likeliest sentence where it so surely answers as well: what others say of a thing may differ
    in what no rule tells. `desk.shown` are of documents that are not cited."""
    best = quotable(desk.chosen, desk.shown, desk.decisions.reader)[0]
    quoted = desk.quoted(best)
    desk.draft.note({"elsewhere": quoted})
    item = desk.shown[best]
    if quoted < max(desk.least, _ELSEWHERE) or _is_said(item, desk.draft.claims):
        return
    if lacks(desk.asked, desk.draft.lang, item.text, item.lang) is None:
        yield from _quote(desk, best, "elsewhere", quoted)


def _is_said(item: Evidence, claims: Sequence[Claim]) -> bool:
    """Whether a claim in its language already says nearly all that a sentence says."""
    words = content_words(item.text)
    return any(len(words & content_words(c.text)) >= _SAID * len(words) for c in claims)


def _is_about(names: Collection[str], item: Evidence, lang: Lang) -> bool:
    """Whether a sentence, what it leans on or its title holds every name: of others it may say something else
    and differ in nothing. The other language may write a word of an office otherwise."""
    needed = [name for name in names if item.lang == lang or not is_ordinary(name)]
    return names_stand_in(needed, f"{item.context_text} {item.title}")


def quote_differing(desk: Desk) -> Generator[ClaimChecked, None, bool]:
    """Quote side by side the sentences that answer with different values; True where that was done."""
    named = names_in(desk.asked)
    answering = [
        i
        for i, item in enumerate(desk.shown)
        if item.scores.get("reader", 0.0) >= _ANSWERS and _is_about(named, item, desk.draft.lang)
    ]
    said = [(desk.shown[i].text, desk.shown[i].lang, desk.shown[i].doc) for i in answering]
    differing = [answering[i] for i in find_disagreement(desk.asked, desk.draft.lang, said)]
    before = len(desk.draft.claims)
    for position in differing:
        yield from _quote(desk, position, "says", desk.quoted(position))
    added = len(desk.draft.claims) - before
    desk.draft.disagreement = desk.draft.disagreement or 0 < added == len(differing)
    return added > 0


def _write(
    desk: Desk, shown: Sequence[Evidence], best: int, likely: Sequence[Evidence], yes: float | None
) -> Generator[ClaimChecked | StageBegun, None, _Outcome]:
    """Have the model write from `shown`, and take in what holds, answers, says no more than `likely`, and
    does not open with the less likely of yes and no.

    The outcome is of the worst sentence: `failed` does not hold, `apart` holds and is not shown; `silent`
    where the model wrote nothing, or that the excerpts are silent.
    """
    lang, draft = desk.draft.lang, desk.draft
    outcome: _Outcome = "silent"
    shown, dropped = fit_evidence(desk.llm, desk.asked, lang, shown, desk.max_tokens)
    draft.dropped = dropped or draft.dropped
    messages = build_messages(desk.asked, lang, shown, choice=str(min(best + 1, len(shown))))
    for written in write_sentences(desk.llm, messages, lang, desk.max_tokens, desk.cancel):
        if isinstance(written, Usage):
            draft.used += written
        elif written.text and not says_nothing(written.text):
            # The chosen excerpt is what the first sentence was written from, unless it names others.
            if outcome == "silent":
                written = replace(written, numbers=written.numbers or (best + 1,))
            yield StageBegun("checking")
            checked = check_sentence(written, shown, desk.asked, lang, desk.judges)
            if checked.verdict != "supported" or _is_contrary(checked.text, yes):
                outcome = "failed"
            elif not is_answer(desk.asked, checked.text, lang, likely) or not _is_right(desk, checked):
                outcome = "failed" if outcome == "failed" else "apart"
            else:
                outcome = "shown" if outcome == "silent" else outcome
                event = draft.add(checked, shown)
                if event is not None:
                    yield event
            yield StageBegun("writing")
    return outcome


def is_answer(question: str, text: str, lang: Lang, likely: Sequence[Evidence]) -> bool:
    """Whether a sentence that holds is of the kind that the question waits for, says something new, and says
    nothing but what the likeliest sentences do: of those that do, half are wrong (dev/LOG.md)."""
    return (
        lacks(question, lang, text, lang) is None
        and evades(question, text, lang) is None
        and not says_more(text, lang, question, likely)
    )


def is_translation(translated: str, lang: Lang, item: Evidence) -> bool:
    """Whether what the model gave as a translation can be one: no number and no name that the quotation does
    not have, none of its numbers bounded or measured otherwise, one of its names where it has any, and no
    word turned into its opposite."""
    if turned_round(translated, lang, item.text, item.lang):
        return False
    if not translated or numbers_in(translated, lang) - held_numbers(item.text, item.lang, item.date):
        return False
    if any(misread(translated, lang, find_quantities(item.text, item.lang))):
        return False
    if months_in(translated, lang) - held_months(item.text, item.date) or other_weekdays(
        translated, item.text
    ):
        return False
    names = names_in(item.text)
    held = {fold(part) for part in parts(translated)}
    if names and not any(is_named(name, held) for name in names):
        return False
    words = {fold(part) for part in parts(f"{item.text} {item.title}")}
    return all(
        is_named(name, words) or (is_ordinary(name) and not is_among(name, words))
        for name in names_in(translated)
    )


def _is_right(desk: Desk, checked: Checked) -> bool:
    """Whether what holds also answers, surely enough for the model's own words."""
    signals = written_signals(desk.odds, checked)
    right = desk.decisions.written.probability(signals)
    desk.draft.note({**signals, "right": right})
    return right >= max(desk.least, OWN_WORDS)


def quotable(chosen: Chosen, shown: Sequence[Evidence], weight: float) -> tuple[int, ...]:
    """The likeliest sentence, and the next one where it is nearly as likely; headings only where there is
    nothing else: they name a matter and seldom answer. `weight` is the reader's beside the choice."""
    odds = chosen.beside([item.scores.get("reader", 0.0) for item in shown], weight)
    order = sorted(range(len(shown)), key=lambda i: -odds[i])
    whole = [i for i in order if shown[i].text.endswith(_ENDS)] or order
    return (whole[0], *(i for i in whole[1:2] if odds[whole[0]] - odds[i] <= _BEHIND))


def _when(item: Evidence, lang: Lang) -> str:
    """The days that a quotation means ("Thursday"); the document's date where it names none at all."""
    colon = " : " if lang == "fr" else ": "
    meant = resolve_dates(item.text, item.lang, item.date)
    said = [f"{one.expression}{colon}{spoken_date(one.iso, lang)}" for one in meant]
    if not said and item.date and not names_date(item.text, item.lang):
        said = [phrase("of_document", lang, date=spoken_date(item.date, lang))]
    return f" ({'; '.join(said)})" if said else ""


def _standing_alone(item: Evidence, draft: Draft) -> Evidence:
    """The sentence with the neighbours that say who "they" are, unless they are long, cited already for
    another sentence, or order the reading machine about."""
    whole = next((e for e in draft.evidence if (e.doc, e.start) == (item.doc, item.start)), item)
    start, end, text = whole.context.start, whole.context.end, whole.context_text
    cited = {
        (c.start, c.end) for c in draft.citations if c.doc == item.doc and c.start < end and start < c.end
    }
    if len(text) > _MOST_QUOTED or cited - {(item.start, item.end), (start, end)} or addresses_model(text):
        return item
    return replace(item, start=start, end=end, text=text)


def _translated(desk: Desk, items: Sequence[Evidence]) -> tuple[str, Evidence]:
    """The first of `items` that is translated well, with its translation; "" where none is.

    Another try is made with its figures and days in the language of the answer already, and another with the
    names of offices in small letters (dev/LOG.md).
    """
    lang = desk.draft.lang
    for item in items:
        carried = carried_over(item.text, item.lang, lang)
        plain = without_offices(carried) if item.lang == "fr" else carried
        tries = (in_figures(item.text, item.lang), carried, plain)
        for text in dict.fromkeys(tries):
            translated, used = translate(desk.llm, text, lang, desk.cancel)
            desk.draft.used += used
            if is_translation(translated, lang, item):
                return translated, item
    return "", items[0]


def _quote(
    desk: Desk, position: int, manner: _Manner, probability: float, side: _Side | None = None
) -> Iterator[ClaimChecked]:
    """A quotation as a claim, behind a yes or no; in the other language with its translation, or not at
    all."""
    lang = desk.draft.lang
    sentence = desk.shown[position]
    item = _standing_alone(sentence, desk.draft)
    translations: dict[int, str] = {}
    if item.lang != lang:
        # Where what a sentence leans on is translated wrongly, the sentence alone may not be.
        translated, item = _translated(desk, [item, sentence] if item.text != sentence.text else [item])
        if not translated:
            desk.draft.untranslated = sentence
            return
        translations[0] = translated
    name = "says_translated" if translations else "says"
    if manner != "says":
        name = f"{manner}_{item.lang}"
    text = phrase(
        name,
        lang,
        quote=" ".join(item.text.split()),
        translation=translations.get(0, ""),
        title=item.title,
        dated=f" ({item.date})" if item.date else "",
        when=_when(item, lang) if asks_when(desk.asked, lang) else "",
    )
    if side:
        text = phrase(side, lang, said=text)
    checked = Checked(text, "supported", round(probability, 3), (0,))
    event = desk.draft.add(checked, [item], translations)
    if event is not None:
        yield event
