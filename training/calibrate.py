"""Fit qa/weigh/calibration.json.

`python -m training.calibrate --data DIR --work DIR --made made.jsonl --gguf FILE`

On questions of articles that the reader was not trained on, under the conditions of training/measure.py; and
on sentences that the language model wrote, as they are and altered. With `--state` only what follows from the
choice by its state is fitted anew, and the rest of the file stays; with `--ranking` what the reader says of
questions as well.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.absence import is_calibration
from qa.compose import is_answer, quotable
from qa.expected import lacks
from qa.models.e5 import E5Embedder
from qa.models.lower import LowerLayers
from qa.types import Evidence, Lang, Span
from qa.verify import Judges, check_sentence, says_nothing, written_signals
from qa.weigh import (
    Calibration,
    Chosen,
    Logistic,
    OnnxReader,
    StateChooser,
    calibration_of,
    choice_signals,
    load_probe,
    logistic_of,
)
from qa.weigh.rank import question_signals, sentence_signals
from qa.words import content_words
from qa.write import Written
from training.alter import ALTERATIONS, names_in
from training.curves import curve_of, curve_of_looks, lowest, tell, tell_areas, weights_of
from training.examples import Asked, Claimed, is_held, read_asked
from training.logistic import fit
from training.made import read_made
from training.measure import (
    SEED,
    Asking,
    Try,
    ask_all,
    behind,
    excerpts,
    read_alone,
    read_states,
    scored,
    try_some,
)

RANK = ("answers", "span", "behind")
ANSWERABLE = ("answers", "span", "unnamed")
CHOSEN = ("prior", "choice", "french")
WRITTEN = ("odds", "supported")
QUOTED = ("odds",)
QUOTED_BY_STATE = ("odds", "alone")
# Of the reader's log-odds beside the token (dev/LOG.md), and what is tried beside the state.
_READER = 0.5
_READERS = (0.0, 0.25, 0.5, 1.0)
SUPPORT = ("says", "likeness", "shared", "across")
_LOG = logging.getLogger("training")


def main() -> None:
    """Measure, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--made", type=Path, help="not needed with --state and --ranking")
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=120, help="of each set")
    parser.add_argument("--tries", type=int, default=160, help="askings given to the language model")
    parser.add_argument("--tag", default="1", help="of the cache of tries: another for another prompt")
    parser.add_argument("--state", action="store_true", help="fit the decisions by the model's state alone")
    parser.add_argument("--ranking", action="store_true", help="and what the reader says of questions")
    parser.add_argument("--out", type=Path, default=Path("qa/weigh/calibration.json"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.work.mkdir(parents=True, exist_ok=True)
    reader = OnnxReader()
    embedder = E5Embedder()
    askings = ask_all(options, embedder, reader)

    if options.state or options.ranking:
        result = json.loads(options.out.read_text("utf-8"))
        if options.ranking:
            result |= _fit_ranking(askings, reader)[0]
    else:
        result = _fit_all(askings, options, embedder, reader)
    result["probe"], result["state"] = _fit_state(askings, result, options)
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _fit_all(
    askings: Sequence[Asking], options: argparse.Namespace, embedder: E5Embedder, reader: OnnxReader
) -> dict[str, Any]:
    """All but the decisions by the model's state."""
    result, signals, labels = _fit_ranking(askings, reader)
    rank, answerable = result["rank"], result["answerable"]

    tries = try_some(askings, logistic_of(rank), options)
    some = [askings[i] for i in tries]
    chosen_rows = [
        choice_signals(
            logistic_of(answerable).log_odds(signals[i]), one.chosen.sureness, askings[i].case.lang
        )
        for i, one in tries.items()
    ]
    tried = [labels[i] for i in tries]
    weights = weights_of(tried)
    chosen = fit(chosen_rows, tried, CHOSEN, weights)
    likely = [logistic_of(chosen).probability(r) for r in chosen_rows]
    tell_areas("chosen", likely, some)

    claims, true = _claims(options, embedder, reader)
    # What was written to the questions has claims across languages too.
    judges = Judges(embedder, reader, _calibration({}))
    for asking, one in zip(some, tries.values(), strict=True):
        for row, right in _tried_claims(asking, one, logistic_of(rank), judges):
            claims.append(row)
            true.append(right)
    support = fit(claims, true, SUPPORT)
    held = [logistic_of(support).probability(row) for row in claims]
    tell("support", held, true)
    partial = result | {"support": support, "least_support": lowest(held, true)}
    judges = Judges(embedder, reader, _calibration(partial))
    outcomes = [
        _outcome(asking, one, logistic_of(chosen).log_odds(row), judges)
        for asking, one, row in zip(some, tries.values(), chosen_rows, strict=True)
    ]
    written = _fit_shown(WRITTEN, [(o.written, o.written_right) for o in outcomes], weights)
    quoted = _fit_shown(QUOTED, [(o.quoted, o.quoted_right) for o in outcomes], weights)
    models = logistic_of(written), logistic_of(quoted)
    # Below it 1 in 33 more is refused before writing.
    return partial | {
        "token": {
            "chosen": chosen,
            "unlikely": lowest(likely, tried),
            "reader": _READER,
            "written": written,
            "quoted": quoted,
            "curve": curve_of([_shown(o, *models) for o in outcomes], tried, weights),
        },
    }


def _fit_ranking(
    askings: Sequence[Asking], reader: OnnxReader
) -> tuple[dict[str, Any], list[dict[str, float]], list[bool]]:
    """What the reader says of sentences and of questions, as the file has it; each asking's signals, and
    whether it is answered."""
    rank_rows = [
        (sentence_signals(a.readings[p], i, behind(f)), a.case.holds(e.doc, e.text))
        for a in askings
        if _is_present(a)
        for p, f in enumerate(a.found)
        for i, e in enumerate(f.sentences)
    ]
    rank = fit([r for r, _ in rank_rows], [g for _, g in rank_rows], RANK)
    signals = [_signals(a, logistic_of(rank)) for a in askings]
    labels = [_is_present(a) for a in askings]
    answerable = fit(signals, labels, ANSWERABLE, weights_of(labels))
    alone = [logistic_of(answerable).probability(s) for s in signals]
    tell_areas("answerable", alone, askings)

    result = {"reader": reader.name, "rank": rank, "answerable": answerable, "absent": _absent(alone, labels)}
    return result, signals, labels


def _absent(answerable: Sequence[float], present: Sequence[bool]) -> float:
    """What is refused unasked, by far less than any answerable question has: that saves a second or two, and
    a question across the languages about a plain fact often has little (dev/LOG.md)."""
    return round(min(p for p, there in zip(answerable, present, strict=True) if there) / 2, 4)


def _fit_state(
    askings: Sequence[Asking], fitted: Mapping[str, Any], options: argparse.Namespace
) -> tuple[str, dict[str, Any]]:
    """The probe's name and the decisions by the language model's state; what is written is right as often,
    and as surely told, as behind its token.

    Each look at the evidence counts as one: it answers where one of its excerpts does.
    """
    probe = load_probe()
    states = StateChooser(probe, LowerLayers(options.gguf, probe.layers, adapter=probe.adapter))
    rank = logistic_of(fitted["rank"])
    looks = read_states(askings, rank, states, options)
    prior = logistic_of(fitted["answerable"])
    flat = [(a, *look) for a, of in zip(askings, looks, strict=True) for look in of]
    each = [w for w, of in zip(weights_of([_is_present(a) for a in askings]), looks, strict=True) for _ in of]
    numbers = [number for of in looks for number, _ in enumerate(of)]
    rows = [
        choice_signals(prior.log_odds(_signals(a, rank)), c.odds, a.case.lang, number)
        for (a, _, c), number in zip(flat, numbers, strict=True)
    ]
    labels = [_holds(a, shown) for a, shown, _ in flat]
    chosen = logistic_of(found := fit(rows, labels, CHOSEN, each))
    likely = [chosen.probability(r) for r in rows]
    tell("state, each look", likely, labels)
    best = dict[int, float]()
    for (asking, _, _), p in zip(flat, likely, strict=True):
        best[id(asking)] = max(p, best.get(id(asking), 0.0))
    tell_areas("state", [best[id(a)] for a in askings], askings)
    firsts = {w: sum(_holds(a, [shown[quotable(c, shown, w)[0]]]) for a, shown, c in flat) for w in _READERS}
    weight = max(firsts, key=lambda w: firsts[w])
    _LOG.info(
        "the first quotation holds the answer in %s of %d looks, by the reader's weight", firsts, sum(labels)
    )
    quotes = [_quotes(a, shown, c, weight) for a, shown, c in flat]
    right = [_holds(a, q) for (a, _, _), q in zip(flat, quotes, strict=True)]
    firsts_quoted = [(a, q[0] if q else None) for (a, _, _), q in zip(flat, quotes, strict=True)]
    alone = read_alone(firsts_quoted, states, options)
    states.encoder.close()
    odds = [{"odds": chosen.log_odds(row), "alone": one} for row, one in zip(rows, alone, strict=True)]
    quoted = _fit_shown(
        QUOTED_BY_STATE, [(o if q else None, r) for o, q, r in zip(odds, quotes, right, strict=True)], each
    )
    sure = iter([logistic_of(quoted).probability(o) if q else 0.0 for o, q in zip(odds, quotes, strict=True)])
    held = iter(right)
    shown = [[(next(sure), next(held)) for _ in of] for of in looks]
    return probe.name, {
        "chosen": found,
        "unlikely": lowest(likely, labels),
        "reader": weight,
        "written": fitted["token"]["written"],
        "quoted": quoted,
        "curve": curve_of_looks(shown, [_is_present(a) for a in askings]),
    }


def _is_present(asking: Asking) -> bool:
    return asking.absence == "present"


def _holds(asking: Asking, shown: Sequence[Evidence]) -> bool:
    """Whether one of these sentences answers."""
    return _is_present(asking) and any(asking.case.holds(e.doc, e.text) for e in shown)


def _quotes(asking: Asking, shown: Sequence[Evidence], chosen: Chosen, weight: float) -> list[Evidence]:
    """What would be quoted."""
    case = asking.case
    likely = [shown[i] for i in quotable(chosen, shown, weight)]
    return [e for e in likely if lacks(case.question, case.lang, e.text, e.lang) is None]


@dataclass(frozen=True)
class Outcome:
    """What would be shown of a try: the signals of the claim (None where it did not hold) and of the
    quotations, and whether either is right."""

    written: dict[str, float] | None
    written_right: bool
    quoted: dict[str, float] | None
    quoted_right: bool


def _outcome(asking: Asking, one: Try, odds: float, judges: Judges) -> Outcome:
    case = asking.case
    shown = excerpts(asking, judges.calibration.rank)
    likely = [shown[i] for i in quotable(one.chosen, shown, _READER)]
    quotes = _quotes(asking, shown, one.chosen, _READER)
    signals: dict[str, float] | None = None
    right = False
    if one.text and not says_nothing(one.text):
        written = Written(one.text, (one.chosen.best + 1,))
        checked = check_sentence(written, shown, case.question, case.lang, judges)
        if checked.verdict == "supported" and is_answer(case.question, checked.text, case.lang, likely):
            signals = written_signals(odds, checked)
            # Across languages the gold answer's words are others: there what is cited must hold them.
            across = shown[checked.evidence[0]].lang != case.lang
            cited = across and any(case.holds(shown[i].doc, shown[i].text) for i in checked.evidence)
            right = _is_present(asking) and (cited or _says(one.text, case.answers))
    return Outcome(signals, right, {"odds": odds} if quotes else None, _holds(asking, quotes))


def _says(text: str, answers: Sequence[str]) -> bool:
    """Whether a sentence holds an answer, or half of the words of a long one that carry meaning."""
    words = content_words(text)
    wanted = [content_words(answer) for answer in answers]
    return any(answer.casefold() in text.casefold() for answer in answers) or any(
        len(one & words) >= len(one) / 2 for one in wanted if len(one) > 1
    )


def _tried_claims(
    asking: Asking, one: Try, rank: Logistic, judges: Judges
) -> Iterator[tuple[dict[str, float], bool]]:
    """Signals of a written sentence that holds the gold answer: with the gold sentence, altered, and with
    another sentence; only what code alone lets pass."""
    case = asking.case
    shown = excerpts(asking, rank)
    gold = next((e for e in shown if case.holds(e.doc, e.text)), None)
    if not _is_present(asking) or gold is None:
        return
    if not _says(one.text, case.answers):
        return
    claim = Claimed(
        one.text, case.lang, case.article, gold.text, "", tuple(e.text for e in shown if e != gold)
    )
    pairs = [(one.text, gold, True)]
    pairs += [(text, gold, False) for _, text in altered(claim, random.Random(SEED))]
    pairs += [(one.text, e, False) for e in shown if not case.holds(e.doc, e.text)][:2]
    for text, item, right in pairs:
        checked = check_sentence(Written(text), [item], case.question, case.lang, judges)
        if checked.verdict == "supported":
            yield dict(checked.signals), right


def _fit_shown(
    names: Sequence[str], rows: Sequence[tuple[dict[str, float] | None, bool]], weights: Sequence[float]
) -> dict[str, float]:
    there = [(s, right, weight) for (s, right), weight in zip(rows, weights, strict=True) if s is not None]
    signals = [s for s, _, _ in there]
    found = fit(signals, [r for _, r, _ in there], names, [w for _, _, w in there])
    tell(names[-1], [logistic_of(found).probability(s) for s in signals], [r for _, r, _ in there])
    return found


def _shown(outcome: Outcome, written: Logistic, quoted: Logistic) -> tuple[float, float, bool, bool]:
    """The probabilities of the claim and of the quotations, 0 where there are none; whether the claim with
    the quotations beside it is right, and whether the quotations alone are."""
    return (
        0.0 if outcome.written is None else written.probability(outcome.written),
        0.0 if outcome.quoted is None else quoted.probability(outcome.quoted),
        outcome.written_right or outcome.quoted_right,
        outcome.quoted_right,
    )


def _signals(asking: Asking, rank: Logistic) -> dict[str, float]:
    return question_signals(
        asking.query,
        asking.found,
        scored(asking, rank),
    )


def _claims(
    options: argparse.Namespace, embedder: E5Embedder, reader: OnnxReader
) -> tuple[list[dict[str, float]], list[bool]]:
    """Signals of true and untrue pairs of claim and evidence, from calibration articles.

    Of the untrue ones only what code alone lets pass: support is the probability behind its checks.
    """
    asked = [
        a for a in read_asked(options.data, selqa=False) if is_held(a.article) and is_calibration(a.article)
    ]
    judges = Judges(embedder, reader, _calibration({}))
    rows: list[dict[str, float]] = []
    true: list[bool] = []
    rng = random.Random(SEED)
    for one in true_claims(options.made, asked):
        untrue = [(text, one.evidence) for _, text in altered(one, rng)]
        untrue += [(one.text, other) for other in one.others[:2]]
        for text, source in [(one.text, one.evidence), *untrue]:
            evidence = [evidence_of(source, one.lang)]
            checked = check_sentence(Written(text), evidence, "", one.lang, judges)
            if checked.verdict == "supported":
                rows.append(dict(checked.signals))
                true.append((text, source) == (one.text, one.evidence))
    return rows, true


def true_claims(made: Path, asked: list[Asked]) -> list[Claimed]:
    """Sentences that the language model wrote to `asked` and that hold the gold answer."""
    return read_made(made, asked)[1]


def altered(one: Claimed, rng: random.Random) -> list[tuple[str, str]]:
    """(kind, text) for every alteration that applies to the claim."""
    names = names_in(one.evidence) + [n for s in one.others for n in names_in(s)]
    found = [(kind, change(one.text, one.lang, rng, names)) for kind, change in ALTERATIONS.items()]
    return [(kind, text) for kind, text in found if text and text != one.text]


def evidence_of(text: str, lang: Lang) -> Evidence:
    """A sentence alone, as evidence."""
    return Evidence("", "", None, lang, 0, len(text), text, Span(0, len(text)), text)


def _calibration(fitted: Mapping[str, Any]) -> Calibration:
    """What is fitted so far; the rest says nothing."""
    nothing = {"bias": 0.0}
    decisions = {name: fitted.get(name, nothing) for name in ("chosen", "written", "quoted")}
    decisions |= {"unlikely": 0.0, "reader": _READER, "curve": [[0.0, 0.0, 1.0]]}
    shared = {name: fitted.get(name, nothing) for name in ("rank", "answerable", "support")}
    given = {"reader": fitted.get("reader", ""), "least_support": fitted.get("least_support", 0.0)}
    return calibration_of(
        shared | given | {"probe": "", "absent": 0.0, "state": decisions, "token": decisions}
    )


if __name__ == "__main__":
    main()
