"""Which of the sentences that retrieval brought answer, and whether any does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.exonyms import other_forms
from qa.premise import unknown_names
from qa.retrieve import Found, Query
from qa.types import Evidence, Lang
from qa.weigh.calibration import Calibration
from qa.weigh.reader import Reader, Reading, Stretch
from qa.words import fold, is_among, parts

# Signals of sentences far down the ranking are not worth a line on the page.
_ROUND = 4
# Words of names up to this long are particles: "of", "de".
_PARTICLE = 2


@dataclass(frozen=True, slots=True)
class Ranked:
    """`evidence`, best first, each with its probability as score `reader`; the question's `signals`,
    and `answerable` in [0, 1]: how likely it is that some sentence answers."""

    evidence: tuple[Evidence, ...]
    signals: Mapping[str, float]
    answerable: float


def rank(query: Query, found: Sequence[Found], reader: Reader, calibration: Calibration, keep: int) -> Ranked:
    """Have the reader weigh every sentence of `found` (best passage first), and keep the best.

    Raises ModelError.
    """
    readings = read_found(query, found, reader)
    scored: list[tuple[float, Evidence, Reading]] = []
    for passage, reading in zip(found, readings, strict=True):
        for number, item in enumerate(passage.sentences):
            signals = sentence_signals(reading, number, _score(passage, "behind"))
            scored.append((calibration.rank.probability(signals), item, reading))
    scored.sort(key=lambda one: -one[0])
    evidence = tuple(
        replace(item, scores={**item.scores, "reader": round(p, _ROUND)}) for p, item, _ in scored[:keep]
    )
    signals = question_signals(query, found, scored)
    return Ranked(evidence, signals, calibration.answerable.probability(signals))


def read_found(query: Query, found: Sequence[Found], reader: Reader) -> list[Reading]:
    """What the reader makes of each passage, with the question that its language is asked. Raises
    ModelError."""
    readings: dict[int, Reading] = {}
    for lang in dict.fromkeys(f.lang for f in found):
        of = [i for i, f in enumerate(found) if f.lang == lang]
        stretches = [
            Stretch(found[i].sentences[0].title, tuple(e.text for e in found[i].sentences)) for i in of
        ]
        readings.update(zip(of, reader.read(query.of(lang)[0], stretches), strict=True))
    return [readings[i] for i in range(len(found))]


def sentence_signals(reading: Reading, number: int, behind: float) -> dict[str, float]:
    """What tells whether sentence `number` of a stretch answers; `behind` is its passage's fused score
    less that of the best passage in its language (cosine, at most 0)."""
    answers = reading.answers[number] if number < len(reading.answers) else -10.0
    here = reading.where is not None and reading.where[0] == number
    return {
        "answers": answers,
        "span": reading.span if here else min(reading.span, 0.0) - 2.0,
        "behind": behind,
    }


def question_signals(
    query: Query, found: Sequence[Found], scored: Sequence[tuple[float, Evidence, Reading]]
) -> dict[str, float]:
    """What tells whether anything answers; `scored` is best first."""
    if not scored:
        return {}
    asked = {(query.text, query.lang), query.of(scored[0][1].lang)}
    top = scored[0][2]
    return {
        "answers": max(top.answers, default=-10.0),
        "span": top.span,
        "dense": max((_score(f, "dense") for f in found), default=0.0),
        "fused": max((_score(f, "fused") for f in found), default=0.0),
        # A translation may bring names of its own ("Celsius").
        "unnamed": float(min(len(unnamed(question, lang, found)) for question, lang in asked)),
    }


def unnamed(question: str, lang: Lang, found: Sequence[Found]) -> tuple[str, ...]:
    """Names and numbers of the question of which no passage found has even one word, in any spelling.

    Where nothing found is in the question's language, a single word is passed over: "the West" is a name
    that the other language writes otherwise.
    """
    foreign = all(e.lang != lang for f in found for e in f.sentences)
    held = {fold(w) for f in found for e in f.sentences for w in parts(f"{e.context_text} {e.title}")}
    figures = {
        d for f in found for e in f.sentences for d in re.findall(r"\d+", f"{e.context_text} {e.date}")
    }
    return tuple(
        name
        for name in unknown_names(question, lang)
        if not (foreign and name.isalpha())
        and not any(
            is_among(form, held)
            for w in _telling(name)
            for form in (fold(w), *(other_forms(fold(w)) if foreign else ()))
        )
        and not any(d in figures for d in re.findall(r"\d+", name))
    )


def _telling(name: str) -> list[str]:
    """The words of a name without its particles; an abbreviation of two letters is all there is."""
    words = parts(name)
    return [w for w in words if len(w) > _PARTICLE] or words


def _score(found: Found, name: str) -> float:
    return found.sentences[0].scores.get(name, 0.0) if found.sentences else 0.0
