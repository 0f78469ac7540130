"""Fit qa/weigh/calibration.json.

`python -m training.calibrate --data DIR --work DIR --made made.jsonl --gguf FILE`

On questions of articles that the reader was not trained on, each asked with its answer in the index, with
only the paragraphs that hold it left out (near), and with its whole article left out (far); and on sentences
that the language model wrote, as they are and altered. What was measured is cached in `--work`.
"""

from __future__ import annotations

import argparse
import json
import logging
import pickle
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.absence import ABSENCES, Absence, Case, Without, is_calibration, open_piaf, read_piaf
from qa.models.e5 import E5Embedder
from qa.models.llamacpp import LlamaCppLLM
from qa.retrieve import Found, retrieve
from qa.settings import Settings
from qa.types import Evidence, Lang, Span
from qa.verify import Judges, check_sentence, support_signals
from qa.weigh import Calibration, Logistic, OnnxReader, Reading, Stretch, choose
from qa.weigh.rank import question_signals, sentence_signals
from qa.write import CHOICE_MESSAGES, Written, build_messages, pick_excerpts
from training.alter import ALTERATIONS, names_in
from training.examples import Asked, Claimed, is_held, read_asked
from training.logistic import area, fit
from training.made import read_made

SEED = 11
RANK = ("answers", "span", "behind")
ANSWERABLE = ("answers", "span", "dense", "shared", "missing", "unnamed", "across")
CHOSEN = ("prior", "choice")
SUPPORT = ("says", "likeness", "shared", "across")
# A third of the calibration questions is absent: half of those near, half far.
_WEIGHTS: dict[Absence, float] = {"present": 1.0, "near": 0.25, "far": 0.25}
_LOG = logging.getLogger("training")


@dataclass(frozen=True)
class Asking:
    """One question asked under one condition: what was found, and how the reader read it."""

    case: Case
    absence: Absence
    found: tuple[Found, ...]
    readings: list[Reading]


def main() -> None:
    """Measure, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--choices", type=int, default=90)
    parser.add_argument("--out", type=Path, default=Path("qa/weigh/calibration.json"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    reader = OnnxReader()
    embedder = E5Embedder()
    cache = options.work / f"askings-{reader.name.replace('/', '-')}.pickle"
    known: list[Asking] = pickle.loads(cache.read_bytes()) if cache.exists() else []
    cases = read_piaf(options.data, options.made, calibration=True, seed=SEED)[: options.questions]
    asked = {a.case.id for a in known}
    askings = known + _ask_all([c for c in cases if c.id not in asked], options, embedder, reader)
    cache.write_bytes(pickle.dumps(askings))

    rank_rows = [
        (sentence_signals(a.readings[p], i, _fused(f) - _fused(a.found[0])), _is_gold(a.case, e))
        for a in askings
        if a.absence == "present"
        for p, f in enumerate(a.found)
        for i, e in enumerate(f.sentences)
    ]
    rank = fit([r for r, _ in rank_rows], [g for _, g in rank_rows], RANK)
    signals = [_signals(a, _logistic(rank)) for a in askings]
    labels = [a.absence == "present" for a in askings]
    weights = [_WEIGHTS[a.absence] for a in askings]
    answerable = fit(signals, labels, ANSWERABLE, weights)
    _tell_areas("answerable", [_logistic(answerable).probability(s) for s in signals], askings)

    choices = _choices(askings, _logistic(rank), options)
    chosen_rows = [
        {"prior": _logistic(answerable).log_odds(signals[i]), "choice": sureness}
        for i, (sureness, _) in choices.items()
    ]
    chosen = fit(chosen_rows, [labels[i] for i in choices], CHOSEN, [weights[i] for i in choices])
    shown = [_logistic(chosen).probability(r) for r in chosen_rows]
    _tell_areas("chosen", shown, [askings[i] for i in choices])
    curve = _curve(shown, [labels[i] for i in choices], [weights[i] for i in choices])

    claims, true = _claims(options, embedder, reader)
    support = fit(claims, true, SUPPORT)
    held = [_logistic(support).probability(row) for row in claims]
    _LOG.info(
        "support: area %.3f",
        area(
            [p for p, t in zip(held, true, strict=True) if t],
            [p for p, t in zip(held, true, strict=True) if not t],
        ),
    )
    least = float(np.quantile([p for p, t in zip(held, true, strict=True) if t], 0.04))
    alone = [_logistic(answerable).probability(s) for s in signals]
    result = {
        "reader": reader.name,
        "rank": rank,
        "answerable": answerable,
        "chosen": chosen,
        "support": support,
        # Below the first, 1 in 50 answerable questions is refused unasked; above the second, 1 in 200 absent
        # ones would be shown unasked.
        "sure": [
            round(float(np.quantile([p for p, y in zip(alone, labels, strict=True) if y], 0.02)), 4),
            round(float(np.quantile([p for p, y in zip(alone, labels, strict=True) if not y], 0.995)), 4),
        ],
        "least_support": round(least, 4),
        "curve": curve,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _ask_all(
    cases: Sequence[Case], options: argparse.Namespace, embedder: E5Embedder, reader: OnnxReader
) -> list[Asking]:
    askings: list[Asking] = []
    with open_piaf(options.data, options.work, embedder) as index:
        for number, case in enumerate(cases):
            for absence in ABSENCES:
                without = Without(index, case.without(absence))
                found = retrieve(case.question, without, embedder, Settings().retrieve)
                stretches = [Stretch(f.sentences[0].title, tuple(e.text for e in f.sentences)) for f in found]
                askings.append(Asking(case, absence, found, reader.read(case.question, stretches)))
            if number % 50 == 49:
                _LOG.info("%d questions", number + 1)
    return askings


def _signals(asking: Asking, rank: Logistic) -> dict[str, float]:
    return question_signals(
        asking.case.question,
        asking.case.lang,
        asking.found,
        [(p, e.text, r) for p, e, r in _scored(asking, rank)],
    )


def _scored(asking: Asking, rank: Logistic) -> list[tuple[float, Evidence, Reading]]:
    best = _fused(asking.found[0])
    scored = [
        (rank.probability(sentence_signals(asking.readings[p], i, _fused(f) - best)), e, asking.readings[p])
        for p, f in enumerate(asking.found)
        for i, e in enumerate(f.sentences)
    ]
    return sorted(scored, key=lambda one: -one[0])


def _choices(
    askings: Sequence[Asking], rank: Logistic, options: argparse.Namespace
) -> dict[int, tuple[float, bool]]:
    """For some askings: how sure the language model's choice is, and whether an excerpt is gold."""
    cache = options.work / "choices.jsonl"
    known: dict[str, tuple[float, bool]] = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            known[row["key"]] = (row["sureness"], row["gold"])
    order = random.Random(SEED).sample(range(len(askings)), len(askings))
    # What is known already, then translated questions: the rarer ones, so that both languages are there.
    order.sort(key=lambda i: (_key(askings[i]) not in known, askings[i].case.lang == "fr"))
    wanted = order[: options.choices]
    llm = LlamaCppLLM(options.gguf, num_ctx=4096)
    try:
        for count, i in enumerate(wanted):
            key = _key(askings[i])
            if key in known:
                continue
            case = askings[i].case
            shown = pick_excerpts([e for _, e, _ in _scored(askings[i], rank)], Settings().answer)
            picked = choose(
                llm, build_messages(case.question, case.lang, shown)[:CHOICE_MESSAGES], len(shown)
            )
            known[key] = (picked.sureness, any(_is_gold(case, item) for item in shown))
            with cache.open("a", encoding="utf-8") as out:
                out.write(json.dumps({"key": key, "sureness": picked.sureness, "gold": known[key][1]}) + "\n")
            if count % 20 == 19:
                _LOG.info("%d choices", count + 1)
    finally:
        llm.close()
    return {i: known[_key(askings[i])] for i in wanted}


def _key(asking: Asking) -> str:
    return f"{asking.case.id} {asking.absence}"


def _claims(
    options: argparse.Namespace, embedder: E5Embedder, reader: OnnxReader
) -> tuple[list[dict[str, float]], list[bool]]:
    """Signals of true and untrue pairs of claim and evidence, from calibration articles.

    Of the untrue ones only what code alone lets pass: support is the probability behind its checks.
    """
    asked = [
        a for a in read_asked(options.data, selqa=False) if is_held(a.article) and is_calibration(a.article)
    ]
    judges = Judges(embedder, reader, no_calibration())
    rows: list[dict[str, float]] = []
    true: list[bool] = []
    rng = random.Random(SEED)
    for one in true_claims(options.made, asked):
        untrue = [(text, one.evidence) for _, text in altered(one, rng)]
        untrue += [(one.text, other) for other in one.others[:2]]
        for text, source in [(one.text, one.evidence), *untrue]:
            evidence = [evidence_of(source, one.lang)]
            checked = check_sentence(Written(text, ()), evidence, "", one.lang, judges)
            if checked.verdict == "supported":
                rows += support_signals(text, one.lang, evidence, judges)
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


def no_calibration() -> Calibration:
    """For measuring signals before anything is fitted."""
    empty = Logistic(0.0, {})
    return Calibration("", empty, empty, empty, empty, (0.0, 1.0), 0.0, ((0.0, 0.0, 1.0),))


def _curve(shown: Sequence[float], present: Sequence[bool], weights: Sequence[float]) -> list[list[float]]:
    """[threshold, share of shown questions without answer, share of answerable questions shown]."""
    p, there, w = np.array(shown), np.array(present), np.array(weights)
    rows: list[list[float]] = []
    for threshold in np.arange(0.05, 0.96, 0.05):
        over = p >= threshold
        wrong = float((w * (over & ~there)).sum() / max((w * over).sum(), 1e-9))
        rows.append([round(float(threshold), 2), round(wrong, 4), round(float(over[there].mean()), 4)])
    return rows


def _tell_areas(name: str, scores: Sequence[float], askings: Sequence[Asking]) -> None:
    for lang in ("fr", "en"):
        by: dict[str, list[float]] = {absence: [] for absence in ABSENCES}
        for score, asking in zip(scores, askings, strict=True):
            if asking.case.lang == lang:
                by[asking.absence].append(score)
        if all(by.values()):
            near, far = area(by["present"], by["near"]), area(by["present"], by["far"])
            _LOG.info("%s, %s (%d): area near %.3f, far %.3f", name, lang, len(by["present"]), near, far)


def _is_gold(case: Case, item: Evidence) -> bool:
    return item.doc in case.holding and any(
        re.search(rf"(?<!\w){re.escape(a.casefold())}(?!\w)", item.text.casefold()) for a in case.answers
    )


def _fused(found: Found) -> float:
    return found.sentences[0].scores.get("fused", 0.0)


def _logistic(data: dict[str, Any]) -> Logistic:
    return Logistic(data["bias"], {k: v for k, v in data.items() if k != "bias"})


if __name__ == "__main__":
    main()
