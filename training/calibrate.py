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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from bench.absence import ABSENCES, Absence, Case, Without, is_calibration, open_piaf, read_piaf
from qa.models.e5 import E5Embedder
from qa.models.llamacpp import LlamaCppLLM
from qa.retrieve import Found, retrieve
from qa.settings import Settings
from qa.types import Evidence, Lang, Span
from qa.verify import Judges, check_sentence, says_nothing, support_signals, written_signals
from qa.weigh import Calibration, Logistic, OnnxReader, Reading, Stretch, choose
from qa.weigh.rank import question_signals, sentence_signals
from qa.write import Written, build_messages, choice_messages, pick_excerpts, write_sentences
from training.alter import ALTERATIONS, names_in
from training.examples import Asked, Claimed, is_held, read_asked
from training.logistic import area, fit
from training.made import read_made

SEED = 11
RANK = ("answers", "span", "behind")
ANSWERABLE = ("answers", "span", "dense", "shared", "missing", "unnamed", "across", "lacking")
CHOSEN = ("prior", "choice")
WRITTEN = ("odds", "supported")
QUOTED = ("odds",)
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
    parser.add_argument("--tries", type=int, default=160, help="askings given to the language model")
    parser.add_argument("--tag", default="1", help="of the cache of tries: another for another prompt")
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
        (sentence_signals(a.readings[p], i, _behind(f)), _is_gold(a.case, e))
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

    tries = _tries(askings, _logistic(rank), options)
    chosen_rows = [
        {"prior": _logistic(answerable).log_odds(signals[i]), "choice": one.sureness}
        for i, one in tries.items()
    ]
    tried = [labels[i] for i in tries]
    tried_weights = [weights[i] for i in tries]
    chosen = fit(chosen_rows, tried, CHOSEN, tried_weights)
    likely = [_logistic(chosen).probability(r) for r in chosen_rows]
    _tell_areas("chosen", likely, [askings[i] for i in tries])

    claims, true = _claims(options, embedder, reader)
    # What was written to the questions has claims across languages too.
    judges = Judges(embedder, reader, _calibration({}))
    for i, one in tries.items():
        for row, right in _tried_claims(askings[i], one, _logistic(rank), judges):
            claims.append(row)
            true.append(right)
    support = fit(claims, true, SUPPORT)
    held = [_logistic(support).probability(row) for row in claims]
    _tell_support(held, true)
    partial = {
        "reader": reader.name,
        "rank": rank,
        "answerable": answerable,
        "chosen": chosen,
        "support": support,
        "least_support": round(
            float(np.quantile([p for p, t in zip(held, true, strict=True) if t], 0.03)), 4
        ),
    }
    judges = Judges(embedder, reader, _calibration(partial))
    outcomes = [
        _outcome(askings[i], one, _logistic(chosen).log_odds(row), judges)
        for (i, one), row in zip(tries.items(), chosen_rows, strict=True)
    ]
    written = _fit_shown(
        WRITTEN, [(o.written, o.written_right, w) for o, w in zip(outcomes, tried_weights, strict=True)]
    )
    quoted = _fit_shown(
        QUOTED, [(o.quoted, o.quoted_right, w) for o, w in zip(outcomes, tried_weights, strict=True)]
    )
    shown = [_shown(o, _logistic(written), _logistic(quoted)) for o in outcomes]
    alone = [_logistic(answerable).probability(s) for s in signals]
    result = partial | {
        "written": written,
        "quoted": quoted,
        # Below these, 1 in 33 answerable questions is refused unasked, and 1 in 33 more before writing.
        "absent": round(float(np.quantile([p for p, y in zip(alone, labels, strict=True) if y], 0.03)), 4),
        "unlikely": round(float(np.quantile([p for p, y in zip(likely, tried, strict=True) if y], 0.03)), 4),
        "curve": _curve(shown, tried, tried_weights),
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Try:
    """What the language model made of one asking: how sure its choice was, which excerpt, what it wrote."""

    sureness: float
    best: int
    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """What would be shown of a try: the signals of the claim (None where it did not hold) and of the
    quotation, and whether each is right."""

    written: dict[str, float] | None
    written_right: bool
    quoted: dict[str, float]
    quoted_right: bool


def _outcome(asking: Asking, one: Try, odds: float, judges: Judges) -> Outcome:
    case = asking.case
    shown = _excerpts(asking, judges.calibration.rank)
    item = shown[min(one.best, len(shown) - 1)]
    present = asking.absence == "present"
    written: dict[str, float] | None = None
    right = False
    if one.text and not says_nothing(one.text):
        checked = check_sentence(Written(one.text, one.numbers), shown, case.question, case.lang, judges)
        if checked.verdict == "supported":
            written = written_signals(odds, checked)
            cited = any(_is_gold(case, shown[i]) for i in checked.evidence)
            right = present and (cited or any(a.casefold() in one.text.casefold() for a in case.answers))
    return Outcome(written, right, {"odds": odds}, present and _is_gold(case, item))


def _tried_claims(
    asking: Asking, one: Try, rank: Logistic, judges: Judges
) -> Iterator[tuple[dict[str, float], bool]]:
    """Signals of a written sentence that holds the gold answer: with the gold sentence, altered, and with
    another sentence; only what code alone lets pass."""
    case = asking.case
    shown = _excerpts(asking, rank)
    gold = next((e for e in shown if _is_gold(case, e)), None)
    if asking.absence != "present" or gold is None:
        return
    if not any(a.casefold() in one.text.casefold() for a in case.answers):
        return
    claim = Claimed(
        one.text, case.lang, case.article, gold.text, "", tuple(e.text for e in shown if e != gold)
    )
    pairs = [(one.text, gold, True)]
    pairs += [(text, gold, False) for _, text in altered(claim, random.Random(SEED))]
    pairs += [(one.text, e, False) for e in shown if not _is_gold(case, e)][:2]
    for text, item, right in pairs:
        checked = check_sentence(Written(text, ()), [item], case.question, case.lang, judges)
        if checked.verdict == "supported":
            yield dict(checked.signals), right


def _fit_shown(
    names: Sequence[str], rows: Sequence[tuple[dict[str, float] | None, bool, float]]
) -> dict[str, float]:
    there = [(signals, right, weight) for signals, right, weight in rows if signals is not None]
    scores = [s for s, _, _ in there]
    found = fit(scores, [r for _, r, _ in there], names, [w for _, _, w in there])
    probabilities = [_logistic(found).probability(s) for s in scores]
    good = [p for p, (_, r, _) in zip(probabilities, there, strict=True) if r]
    bad = [p for p, (_, r, _) in zip(probabilities, there, strict=True) if not r]
    _LOG.info("%s: %d right, %d wrong, area %.3f", names[-1], len(good), len(bad), area(good, bad))
    return found


def _shown(
    outcome: Outcome, written: Logistic, quoted: Logistic
) -> tuple[tuple[float, bool], tuple[float, bool]]:
    """(probability, right) of the claim, 0 where none held, and of the quotation that stands in for it."""
    first = (
        (0.0, False)
        if outcome.written is None
        else (written.probability(outcome.written), outcome.written_right)
    )
    return first, (quoted.probability(outcome.quoted), outcome.quoted_right)


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
        _scored(asking, rank),
    )


def _scored(asking: Asking, rank: Logistic) -> list[tuple[float, Evidence, Reading]]:
    scored = [
        (rank.probability(sentence_signals(asking.readings[p], i, _behind(f))), e, asking.readings[p])
        for p, f in enumerate(asking.found)
        for i, e in enumerate(f.sentences)
    ]
    return sorted(scored, key=lambda one: -one[0])


def _excerpts(asking: Asking, rank: Logistic) -> tuple[Evidence, ...]:
    scored = [replace(e, scores={**e.scores, "reader": round(p, 4)}) for p, e, _ in _scored(asking, rank)]
    return pick_excerpts(scored, Settings().answer)


def _tries(askings: Sequence[Asking], rank: Logistic, options: argparse.Namespace) -> dict[int, Try]:
    """For some askings: the language model's choice and the first sentence that it writes."""
    cache = options.work / f"tries-{options.tag}.jsonl"
    known: dict[str, Try] = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            known[row["key"]] = Try(row["sureness"], row["best"], row["text"], tuple(row["numbers"]))
    # Half in each language where there are as many; of each as many present as absent.
    by: dict[tuple[str, bool], list[int]] = {}
    for i in random.Random(SEED).sample(range(len(askings)), len(askings)):
        by.setdefault((askings[i].case.lang, askings[i].absence == "present"), []).append(i)
    wanted = [i for some in zip_longest(*by.values()) for i in some if i is not None][: options.tries]
    llm = LlamaCppLLM(options.gguf, num_ctx=4096)
    try:
        for count, i in enumerate(wanted):
            key = _key(askings[i])
            if key not in known:
                known[key] = _try(askings[i], _excerpts(askings[i], rank), llm)
                with cache.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({"key": key} | asdict(known[key]), ensure_ascii=False) + "\n")
            if count % 20 == 19:
                _LOG.info("%d tries", count + 1)
    finally:
        llm.close()
    return {i: known[_key(askings[i])] for i in wanted}


def _try(asking: Asking, shown: tuple[Evidence, ...], llm: LlamaCppLLM) -> Try:
    case = asking.case
    picked = choose(llm, choice_messages(case.question, case.lang, shown), len(shown))
    messages = build_messages(case.question, case.lang, shown, choice=str(picked.best + 1))
    sentences = write_sentences(llm, messages, case.lang, Settings().llm.max_tokens)
    written = next((w for w in sentences if isinstance(w, Written) and w.text), None)
    sentences.close()
    if written is None:
        return Try(picked.sureness, picked.best, "", ())
    return Try(picked.sureness, picked.best, written.text, written.numbers)


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
    return _calibration({})


def _calibration(fitted: Mapping[str, Any]) -> Calibration:
    """What is fitted so far; the rest says nothing."""

    def model(name: str) -> Logistic:
        return _logistic(fitted.get(name, {"bias": 0.0}))

    return Calibration(
        reader=fitted.get("reader", ""),
        rank=model("rank"),
        answerable=model("answerable"),
        chosen=model("chosen"),
        support=model("support"),
        written=model("written"),
        quoted=model("quoted"),
        absent=0.0,
        unlikely=0.0,
        least_support=fitted.get("least_support", 0.0),
        curve=((0.0, 0.0, 1.0),),
    )


def _curve(
    shown: Sequence[tuple[tuple[float, bool], tuple[float, bool]]],
    present: Sequence[bool],
    weights: Sequence[float],
) -> list[list[float]]:
    """[threshold, share of what is shown that is wrong, share of answerable questions shown]."""
    rows: list[list[float]] = []
    for threshold in np.arange(0.05, 0.96, 0.05):
        wrong = right = seen = 0.0
        for (written, quoted), there, weight in zip(shown, present, weights, strict=True):
            picked = written if written[0] >= threshold else quoted if quoted[0] >= threshold else None
            if picked is not None:
                wrong += weight * (not picked[1])
                right += weight * picked[1]
                seen += there
        rows.append(
            [
                round(float(threshold), 2),
                round(wrong / max(wrong + right, 1e-9), 4),
                round(seen / max(sum(present), 1), 4),
            ]
        )
    return rows


def _tell_support(held: Sequence[float], true: Sequence[bool]) -> None:
    good = [p for p, t in zip(held, true, strict=True) if t]
    bad = [p for p, t in zip(held, true, strict=True) if not t]
    _LOG.info("support: %d right, %d not, area %.3f", len(good), len(bad), area(good, bad))


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


def _behind(found: Found) -> float:
    return found.sentences[0].scores.get("behind", 0.0)


def _logistic(data: dict[str, Any]) -> Logistic:
    return Logistic(data["bias"], {k: v for k, v in data.items() if k != "bias"})


if __name__ == "__main__":
    main()
