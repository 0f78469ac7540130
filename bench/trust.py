"""How far answers can be trusted: `python -m bench.trust --data DIR --made made.jsonl --work DIR`.

On public questions of articles that neither trained the reader nor calibrated it (see bench/absence.py), the
embedded models, seeded, with bootstrap intervals. What was asked is kept in `--work`: the same command
goes on.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from bench.absence import is_calibration, open_piaf, read_piaf
from bench.report import Figure, as_table, write_report
from bench.trust_asked import measure_asked
from bench.trust_parts import SEED, Tools, interval, share
from qa.models.e5 import E5Embedder
from qa.models.lower import LowerLayers
from qa.models.weights import weights_path
from qa.retrieve import Found, Query, retrieve
from qa.settings import Settings
from qa.types import Evidence, Lang
from qa.verify import check_sentence
from qa.weigh import (
    OnnxReader,
    StateChooser,
    Stretch,
    choice_signals,
    load_calibration,
    load_probe,
    rank,
)
from qa.write import Written, pick_excerpts, state_messages
from training.calibrate import altered, evidence_of, true_claims
from training.examples import (
    CONTRADICTED,
    FOLD,
    SUPPORTED,
    Asked,
    is_held,
    labelled_pairs,
    read_asked,
)
from training.logistic import area

PARTS = ("first", "squad", "claims", "pairs", "asked")


def main() -> int:
    """Measure the parts asked for and print the table. Exit code 1 where a figure misses its target."""
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="index and answers are kept here")
    parser.add_argument("--made", type=Path, help="sentences and translations written by training.make")
    parser.add_argument("--gguf", type=Path, default=None)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--out", type=Path, default=Path("reports"))
    options = parser.parse_args()
    probe = load_probe()
    states = StateChooser(
        probe, LowerLayers(options.gguf or weights_path(), probe.layers, adapter=probe.adapter)
    )
    tools = Tools(E5Embedder(), OnnxReader(), load_calibration(), states)
    figures: list[Figure] = []
    details: dict[str, object] = {}
    measures: dict[str, Callable[[argparse.Namespace, Tools], tuple[list[Figure], object]]] = {
        "first": measure_first,
        "squad": measure_squad,
        "claims": measure_claims,
        "pairs": measure_pairs,
        "asked": measure_asked,
    }
    for part in options.only or PARTS:
        sys.stderr.write(f"{part} …\n")
        found, details[part] = measures[part](options, tools)
        figures += found
    sys.stdout.write(as_table(figures) + "\n")
    sys.stderr.write(f"Everything measured is in {write_report(options.out, figures, details)}\n")
    return int(any(figure.passed is False for figure in figures))


def measure_first(options: argparse.Namespace, tools: Tools) -> tuple[list[Figure], object]:
    """Whether the first sentence holds the answer: plain fused retrieval, and with the reader."""
    cases = read_piaf(options.data, None, calibration=False, seed=SEED)[:300]
    plain: list[float] = []
    ours: list[float] = []
    seconds: list[float] = []
    with open_piaf(options.data, options.work, tools.embedder) as index:
        for case in cases:
            found = retrieve(Query(case.question, case.lang), index, tools.embedder, Settings().retrieve)
            began = time.perf_counter()
            ranked = rank(Query(case.question, case.lang), found, tools.reader, tools.calibration, 12)
            seconds.append(time.perf_counter() - began)
            ours.append(float(case.holds(ranked.evidence[0].doc, ranked.evidence[0].context_text)))
            nearest = _nearest(case.question, found, tools.embedder)
            plain.append(float(case.holds(nearest.doc, nearest.context_text)))
    gain = [100 * (a - b) for a, b in zip(ours, plain, strict=True)]
    figures = [
        Figure(
            f"gold sentence first, PIAF, {len(cases)} questions (points gained)",
            f"{share(ours)} ({np.mean(gain):+.1f} {interval(gain, 1)})",
            f"fused retrieval {share(plain)}",
            "+ 10 points",
            float(np.mean(gain)) >= 10,
        ),
        Figure(
            "weighing the sentences of 8 passages, median s",
            f"{median(seconds):.2f}",
            "",
            "≤ 0.5",
            median(seconds) <= 0.5,
        ),
    ]
    return figures, {"ours": ours, "plain": plain, "seconds": seconds}


def _nearest(question: str, found: Sequence[object], embedder: E5Embedder) -> Evidence:
    """What was first before there was a reader: the passage's fused score plus the sentence's own cosine."""
    vector = embedder.embed_queries([question])[0]
    best: tuple[float, Evidence] | None = None
    for passage in found[:3]:
        assert isinstance(passage, Found)
        likeness = embedder.embed_passages([e.context_text for e in passage.sentences]) @ vector
        for item, cosine in zip(passage.sentences, likeness, strict=True):
            score = item.scores["fused"] + float(cosine)
            if best is None or score > best[0]:
                best = (score, item)
    assert best is not None
    return best[1]


def measure_squad(options: argparse.Namespace, tools: Tools) -> tuple[list[Figure], object]:
    """Questions that their own paragraph answers against adversarial ones that it does not: by the reader
    alone, and with the language model's state (`--questions` of them)."""
    asked = [a for a in read_asked(options.data, selqa=False) if a.lang == "en" and is_held(a.article)]
    random.Random(SEED).shuffle(asked)
    read: dict[bool, list[float]] = {True: [], False: []}
    chosen: dict[bool, list[float]] = {True: [], False: []}
    for one in asked[: options.questions]:
        found = [
            Found(tuple(replace(evidence_of(text, one.lang), title=s.title) for text in s.sentences))
            for s in _stretches(one)
        ]
        ranked = rank(Query(one.question, one.lang), found, tools.reader, tools.calibration, 12)
        read[bool(one.gold)].append(ranked.signals["answers"])
        shown = pick_excerpts(ranked.evidence, Settings().answer)
        choice = tools.states.choose(state_messages(one.question, one.lang, shown), len(shown))
        prior = tools.calibration.answerable.log_odds(ranked.signals)
        signals = choice_signals(prior, choice.odds, one.lang)
        chosen[bool(one.gold)].append(tools.calibration.state.chosen.log_odds(signals))
    value = area(chosen[True], chosen[False])
    rng = np.random.default_rng(SEED)
    again = [
        area(
            list(rng.choice(chosen[True], len(chosen[True]))),
            list(rng.choice(chosen[False], len(chosen[False]))),
        )
        for _ in range(200)
    ]
    low, high = np.quantile(again, [0.025, 0.975])
    figure = Figure(
        f"SQuAD 2.0, own paragraph, {len(chosen[True])} present, {len(chosen[False])} absent: area",
        f"{value:.3f} [{low:.3f}, {high:.3f}]",
        f"the reader alone {area(read[True], read[False]):.3f}",
        "≥ 0.80",
        value >= 0.80,
    )
    return [figure], {"present": chosen[True], "absent": chosen[False]}


def _stretches(one: Asked) -> list[Stretch]:
    """The paragraph's sentences, in runs of a passage's size."""
    runs: list[list[str]] = [[]]
    for sentence in one.sentences:
        if runs[-1] and sum(map(len, runs[-1])) + len(sentence) > 450:
            runs.append([])
        runs[-1].append(sentence)
    return [Stretch(one.article, tuple(run)) for run in runs]


def measure_claims(options: argparse.Namespace, tools: Tools) -> tuple[list[Figure], object]:
    """Sentences that the language model wrote and that are right, as they are and altered by code."""
    asked = [
        a
        for a in read_asked(options.data, selqa=False)
        if is_held(a.article) and not is_calibration(a.article)
    ]
    rng = random.Random(SEED)
    lost: list[float] = []
    caught: dict[str, list[float]] = {}
    missed: list[tuple[str, str, str]] = []
    for one in true_claims(options.made, asked):
        evidence = [
            evidence_of(text, _lang(asked, one.evidence, one.lang))
            for text in (one.evidence, *one.others[:3])
        ]

        supported, why = _holds(one.text, one.lang, evidence, tools)
        lost.append(float(not supported))
        if not supported:
            missed.append(("lost", one.text, why))
        for kind, text in altered(one, rng):
            wrong, _ = _holds(text, one.lang, evidence, tools)
            caught.setdefault(kind, []).append(float(not wrong))
            if wrong:
                missed.append((kind, text, one.evidence))
    every = [x for kind in caught if kind != "opposite" for x in caught[kind]]
    kinds = ", ".join(
        f"{kind} {np.mean(found):.2f} of {len(found)}" for kind, found in sorted(caught.items())
    )
    figures = [
        Figure(
            f"altered sentences caught, {len(every)} (opposites apart)",
            share(every),
            kinds,
            "≥ 0.95",
            float(np.mean(every)) >= 0.95,
        ),
        Figure(f"right sentences lost, {len(lost)}", share(lost), "", "≤ 0.05", float(np.mean(lost)) <= 0.05),
    ]
    return figures, {"missed": missed}


def _holds(text: str, lang: Lang, evidence: Sequence[Evidence], tools: Tools) -> tuple[bool, str]:
    checked = check_sentence(Written(text), evidence, "", lang, tools.judges)
    return checked.verdict == "supported", "; ".join(checked.reasons)


def _lang(asked: Sequence[Asked], evidence: str, default: Lang) -> Lang:
    return next((a.lang for a in asked if evidence in a.sentences), default)


def measure_pairs(options: argparse.Namespace, tools: Tools) -> tuple[list[Figure], object]:
    """RTE3-FR (entailed or not) and DACCORD (contradicted or not), the folds held out of training."""
    figures: list[Figure] = []
    for name, said, label in (("rte3-fr", "entailed", SUPPORTED), ("daccord", "contradicted", CONTRADICTED)):
        examples = labelled_pairs(options.data, FOLD, held=True, names=[name])
        hits: dict[bool, list[float]] = {True: [], False: []}
        for example in examples:
            (verdict,) = tools.reader.check(example.text, [Stretch(example.title, example.sentences)])
            probability = verdict.supported if label == SUPPORTED else verdict.contradicted
            hits[example.pair == label].append(float((probability > 0.5) == (example.pair == label)))
        balanced = (np.mean(hits[True]) + np.mean(hits[False])) / 2
        title = f"{name}, {said} or not, {len(examples)} held out: balanced accuracy"
        figures.append(Figure(title, f"{balanced:.3f}", "", "reported", None))
    return figures, {}


if __name__ == "__main__":
    sys.exit(main())
