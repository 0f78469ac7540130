"""Claims against evidence: what a sentence says must stand in the sentence that it cites.

Code checks what code can see: numbers and their bounds, names, negation, who did what to whom, the
language. The reader judges the rest: whether the evidence says it, and whether it answers. What fails
is not shown as a fact (see qa/ask.py: a second try, then the quotation takes its place).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa.attribution import attribute
from qa.dates import annotate, spoken_date
from qa.exonyms import is_named, other_forms
from qa.lang import detect_lang
from qa.models.protocols import Embedder
from qa.months import held_months, is_of_calendar, months_in, other_weekdays
from qa.polarity import polarity_conflict, roles_conflict
from qa.quantities import find_quantities, held_numbers, misread, numbers_in
from qa.segment.words import TITLES
from qa.types import Evidence, Lang, Verdict
from qa.weigh import Calibration, Reader, Stretch, Support
from qa.words import WORD, content_words, fold, parts
from qa.write import Written

_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)[’']")
# "XIXe": a number, not a name.
_CENTURY = re.compile(r"[IVXLC]+(?:e|ème)")
# Words that only say that something is so, or who said it.
_FILLERS = content_words(
    "situé située situés situées trouve trouvent appelle appellent nommé nommée nommés eu lieu selon d'après "
    "located situated found called named known place took takes according says said"
)
_SILENT = re.compile(
    r"\b(extraits?|excerpts?|texte|text|documents?|passages?)\b.{0,40}\b(ne|n'|n’|not|doesn|don|no)\b"
    r"|\b(no|aucun|none of the) (extraits?|excerpts?|documents?)\b",
    re.IGNORECASE,
)
_EXCERPTS = re.compile(r"\b(extraits?|excerpts?)\b", re.IGNORECASE)
_LONG_ENOUGH_TO_TELL = 30
# How far, in log-odds of support, a number that the model gave may lift an excerpt over another.
_HINT = 0.5
# What a second sentence needs of the support that the first must have.
_SECOND = 0.5
# Evidence that supports a claim this surely beside the best is cited with it.
_ALSO = 0.9


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking one sentence gave: the evidence it rests on (indices, best first), why it fails.

    `support` in [0, 1] is the calibrated probability that its evidence says it; `signals` are what it
    was made from.
    """

    text: str
    verdict: Verdict
    support: float
    evidence: tuple[int, ...]
    reasons: tuple[str, ...] = ()
    signals: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Judges:
    """The models and the calibration that verification asks."""

    embedder: Embedder
    reader: Reader
    calibration: Calibration


def says_nothing(text: str) -> bool:
    """Whether a sentence says that the excerpts are silent instead of answering."""
    return _SILENT.search(text) is not None


def check_sentence(
    written: Written, evidence: Sequence[Evidence], question: str, lang: Lang, judges: Judges
) -> Checked:
    """Tie a sentence to the evidence that says it, and check it against that evidence.

    A claim that lost the speaker whom its evidence names gets them back. What ties is the reader's verdict;
    the numbers that the model gave are a hint. One more sentence is
    cited where it alone holds a number or name of the claim, or where it says the same in another
    document. Raises ModelError.
    """
    text = written.text
    for reason, failed in (
        ("language", len(text) > _LONG_ENOUGH_TO_TELL and detect_lang(text, default=lang) != lang),
        ("excerpts", _EXCERPTS.search(text) and not any(_EXCERPTS.search(e.text) for e in evidence)),
    ):
        if failed:
            return Checked(text, "unsupported", 0.0, (), (reason,))
    signals = support_signals(text, lang, evidence, judges)
    supports = [judges.calibration.support.probability(s) for s in signals]
    ranked = sorted(
        range(len(evidence)),
        key=lambda i: (-supports[i] - _HINT * supports[i] * (i + 1 in written.numbers), i),
    )
    best = ranked[0]
    chosen = [best]
    # A number or name may come from a second sentence, but not from one that speaks of something else.
    least = _SECOND * judges.calibration.least_support
    likely = [i for i in ranked if i == best or supports[i] >= least]
    reasons = [
        *_missing(text, lang, question, evidence, likely, chosen),
        *_contradicted(text, lang, question, [evidence[i] for i in chosen]),
    ]
    support = supports[best]
    if support < judges.calibration.least_support:
        reasons.append(f"support: {support:.2f}")
    if not reasons:
        chosen += _also(text, lang, evidence, supports, chosen)
        cited = evidence[best]
        text = attribute(text, lang, cited.context_text, cited.lang)
    verdict: Verdict = "unsupported" if reasons else "supported"
    return Checked(
        text, verdict, 0.0 if reasons else round(support, 3), tuple(chosen), tuple(reasons), signals[best]
    )


def support_signals(
    text: str, lang: Lang, evidence: Sequence[Evidence], judges: Judges
) -> list[dict[str, float]]:
    """What tells whether each piece of evidence says `text`: the reader's log-odds, likeness (cosine),
    shared words; those across languages apart."""
    vectors = judges.embedder.embed_passages([text, *(item.text for item in evidence)])
    likeness = vectors[1:] @ vectors[0]
    stretches = [Stretch(e.title, (annotate(e.context_text, e.lang, e.date),)) for e in evidence]
    verdicts = judges.reader.check(text, stretches)
    words = content_words(text)
    found: list[dict[str, float]] = []
    for item, verdict, cosine in zip(evidence, verdicts, likeness, strict=True):
        shared = len(words & content_words(item.context_text)) / max(len(words), 1)
        across = float(item.lang != lang)
        found.append(
            {
                "says": log_odds(verdict),
                "likeness": float(cosine),
                "shared": shared * (1 - across),
                "across": across,
            }
        )
    return found


def says_more(text: str, lang: Lang, question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether `text` has a number, a name or a word with meaning that stands neither in the question nor in
    the evidence (its context, title and dates)."""
    words = content_words(question) | _FILLERS
    names = {fold(part) for part in parts(question)}
    numbers = numbers_in(question, lang)
    for item in evidence:
        dated = annotate(item.context_text, item.lang, item.date)
        words |= content_words(f"{dated} {item.title} {spoken_date(item.date or '', item.lang)}")
        names |= _held_words(item)
        numbers |= held_numbers(dated, item.lang, item.date)
    # The other language may write a name otherwise.
    return (
        bool(numbers_in(text, lang) - numbers)
        or any(not {word, *other_forms(word)} & words for word in content_words(text))
        or not all(is_named(name, names) for name in names_in(text))
    )


def written_signals(odds: float, checked: Checked) -> dict[str, float]:
    """What tells whether a claim that holds is right: `odds` (log-odds that the documents answer, the model's
    choice included) and `supported` (log-odds of its support, within ±7)."""
    return {"odds": odds, "supported": _odds(checked.support, 1e-3)}


def best_support(text: str, lang: Lang, evidence: Sequence[Evidence], judges: Judges) -> float:
    """How surely any of `evidence` says `text`, in [0, 1]. Raises ModelError."""
    signals = support_signals(text, lang, evidence, judges)
    return max((judges.calibration.support.probability(s) for s in signals), default=0.0)


def log_odds(verdict: Support) -> float:
    """The reader's verdict as the log-odds of support, within ±8."""
    return max(-8.0, min(8.0, _odds(verdict.supported, 1e-6)))


def _odds(probability: float, least: float) -> float:
    return math.log(max(probability, least) / max(1 - probability, least))


def _missing(
    text: str,
    lang: Lang,
    question: str,
    evidence: Sequence[Evidence],
    likely: Sequence[int],
    chosen: list[int],
) -> list[str]:
    """Numbers, months and names that no `likely` evidence holds; adds to `chosen` what alone holds one."""
    reasons: list[str] = []
    named = {fold(part) for part in parts(question)}
    best = chosen[0]
    dated = [annotate(e.context_text, e.lang, e.date) for e in evidence]
    held = [
        [f"number: {number}" for number in held_numbers(text, e.lang, e.date)]
        + [f"month: {month}" for month in held_months(f"{text} {e.title}", e.date)]
        for text, e in zip(dated, evidence, strict=True)
    ]
    words = [_held_words(e) for e in evidence]
    names = names_in(text)

    def holds(position: int, name: str) -> bool:
        return is_named(name, words[position], across=evidence[position].lang != lang)

    def about_the_same(position: int, wanted: str = "") -> bool:
        # What another document says of another lighthouse is no fact of this one.
        others = names - {wanted}
        same = evidence[position].doc == evidence[best].doc
        return same or not others or any(holds(position, name) for name in others)

    said = [f"number: {number}" for number in sorted(numbers_in(text, lang))]
    said += [f"month: {month}" for month in sorted(months_in(text, lang))]
    for one in said:
        if not any(one in held[i] for i in chosen):
            other = next((i for i in likely if one in held[i] and about_the_same(i)), None)
            if other is None:
                reasons.append(one)
            else:
                chosen.append(other)
    for name in sorted(names):
        if any(holds(i, name) for i in chosen):
            continue
        other = next((i for i in likely if holds(i, name) and about_the_same(i, name)), None)
        if other is not None and name not in named:
            chosen.append(other)
        elif other is None and (name not in named or evidence[best].lang == lang):
            # Across languages the question's name may be the other form of the evidence's ("London").
            reasons.append(f"name: {name}")
    return reasons


def _contradicted(text: str, lang: Lang, question: str, cited: Sequence[Evidence]) -> list[str]:
    """What the claim turns round: a bound ("less than"), a unit, a day, a negation, who did what to whom."""
    best = cited[0]
    held = [q for e in cited for q in find_quantities(e.context_text, e.lang)]
    reasons = [f"{what}: {text[q.start : q.end]}" for q, what in misread(text, lang, held)]
    told = " ".join(annotate(e.context_text, e.lang, e.date) for e in cited)
    reasons += [f"day: {day}" for day in sorted(other_weekdays(text, told, question))]
    if polarity_conflict(text, lang, best.context_text, best.lang):
        reasons.append("negation")
    elif best.lang != lang and polarity_conflict(best.text, best.lang, text, lang):
        # What the sentence itself denies the claim may not state.
        reasons.append("negation")
    if best.lang == lang and roles_conflict(text, best.context_text, lang):
        reasons.append("roles")
    return reasons


def _also(
    text: str, lang: Lang, evidence: Sequence[Evidence], supports: Sequence[float], chosen: Sequence[int]
) -> list[int]:
    """Evidence in other documents that says the same: it has every number and name too."""
    cited = {evidence[i].doc for i in chosen}
    found: list[int] = []
    for position, item in enumerate(evidence):
        if item.doc in cited or supports[position] < _ALSO:
            continue
        if not _missing(text, lang, "", [item], [0], [0]) and not _contradicted(text, lang, "", [item]):
            found.append(position)
            cited.add(item.doc)
    return found


def names_in(text: str) -> set[str]:
    """Capitalised words of `text` that do not open it, folded; no month, day or title ("Mme")."""
    found: set[str] = set()
    for match in WORD.finditer(text):
        before = text[: match.start()].rstrip(' «"“‘(')
        bare = _ELISION.sub("", match[0])
        if bare[0].isupper() and before and not _ends(before):
            pieces = re.split(r"[-’']", bare)
            named = (p for p in pieces if len(p) > 2 and p[0].isupper() and not _is_title(p))
            found |= {fold(p) for p in named if not _CENTURY.fullmatch(p)}
    return {name for name in found if not is_of_calendar(name)}


def _ends(before: str) -> bool:
    """Whether a sentence ends here, and not only a title ("M.") or an initial."""
    if not before.endswith("."):
        return before.endswith((":", "!", "?"))
    last = re.split(r"[\s(«“\"’']", before)[-1][:-1]
    return len(last) > 1 and not _is_title(last)


def _is_title(word: str) -> bool:
    return any(word.casefold() in titles for titles in TITLES.values())


def _held_words(item: Evidence) -> set[str]:
    return {fold(part) for part in parts(f"{item.context_text} {item.title}")}
