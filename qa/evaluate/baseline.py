"""A run against an earlier one: both scored alike, and what cannot be compared said, never passed over.

The gate falls where a figure is worse beyond its interval, and where the judge scored too little for its
figures to stand. Judged figures of another judge, or that were not asked for, are left out with a warning; so
is a figure that applies to no question any more (no citation, where nothing is answered): what made it vanish
shows in the outcomes, which are never gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qa.evaluate.compare import LEAST_PAIRS, compare, fallen
from qa.evaluate.gold import TextOf
from qa.evaluate.judge.scores import LEAST_COVERAGE, coverage
from qa.evaluate.legs import RETRIEVAL
from qa.evaluate.metrics import JUDGED, score_row
from qa.evaluate.report import Change, metric_names
from qa.evaluate.report.words import Said, covered, say
from qa.evaluate.types import Gold, RowScore, Run

# What a kept answer does not say: whoever made the run asked the judge and searched the index of the time.
_KEPT = JUDGED | RETRIEVAL


@dataclass(frozen=True, slots=True)
class _Judged:
    """What becomes of the judge's figures: left `out` of the comparison, or `lost`; a note says why."""

    out: frozenset[str] = frozenset()
    lost: tuple[str, ...] = ()
    notes: tuple[Said, ...] = ()


def against(run: Run, name: str, baseline: Run, text_of: TextOf) -> Change:
    """What became of the questions that both runs have; `name` is the baseline's."""
    judged = _judged(run, baseline)
    comparison = compare(run, rescored(baseline, run.gold, text_of), judged.out)
    notes = list(judged.notes)
    few = comparison.pairs < LEAST_PAIRS
    if few:
        notes = [say("compare.few", pairs=comparison.pairs, least=LEAST_PAIRS)]
    if comparison.lost:
        notes.append(say("compare.gone", names=metric_names(comparison.lost)))
    return Change(
        name=name,
        questions=comparison.questions,
        deltas={difference.metric: difference.change for difference in comparison.differences},
        fixed=comparison.fixed,
        broke=comparison.broke,
        fallen=tuple(difference.metric for difference in fallen(comparison)),
        lost=() if few else judged.lost,
        notes=tuple(notes),
    )


def rescored(run: Run, gold: Iterable[Gold], text_of: TextOf) -> Run:
    """An earlier run with its answers scored as they are now, against the rows `gold` where it has them.

    What its answers do not say is kept: the judge's scores and the recall of each leg. So is the whole score
    of a row whose quotes stand no longer where they did: its documents have changed since.
    """
    known = {(row.id, row.question): row for row in gold}
    return replace(
        run,
        scores=tuple(
            _rescored(known.get((row.id, row.question), row), answer, score, text_of)
            for row, answer, score in zip(run.gold, run.answers, run.scores, strict=True)
        ),
    )


def _rescored(gold: Gold, answer: Mapping[str, Any], kept: RowScore, text_of: TextOf) -> RowScore:
    score = score_row(gold, answer, text_of)
    if score.metrics.get("quote_integrity", 1.0) < kept.metrics.get("quote_integrity", 1.0):
        return kept
    carried = {metric: value for metric, value in kept.metrics.items() if metric in _KEPT}
    return replace(score, metrics={**score.metrics, **carried})


def _judged(run: Run, baseline: Run) -> _Judged:
    """Whether the judge's figures of both runs can be compared."""
    theirs = tuple(f.metric for f in baseline.figures if not f.group and f.metric in JUDGED)
    if not theirs:
        return _Judged()
    now: Mapping[str, Any] = run.about.get("judge") or {}
    then: Mapping[str, Any] = baseline.about.get("judge") or {}
    if not now:
        return _Judged(JUDGED, notes=(say("compare.no_judge", names=metric_names(theirs)),))
    if now.get("name") != then.get("name"):
        old, new = then.get("name", "?"), now.get("name", "?")
        return _Judged(JUDGED, notes=(say("compare.other_judge", old=old, new=new),))
    if now.get("identity") != then.get("identity"):
        return _Judged(JUDGED, notes=(say("compare.other_prompts", name=now.get("name", "?")),))
    if coverage(baseline.judged) < LEAST_COVERAGE:
        share = covered(coverage(baseline.judged))
        return _Judged(JUDGED, notes=(say("compare.old_coverage", coverage=share),))
    if run.judged and coverage(run.judged) < LEAST_COVERAGE:
        share = covered(coverage(run.judged))
        note = say("compare.lost", names=metric_names(theirs), coverage=share)
        return _Judged(JUDGED, theirs, (note,))
    return _Judged()
