"""What a judge's rows come to. What it could not score is no better than wrong: a failure raises nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qa.evaluate.judge.reading import applicable
from qa.evaluate.types import Gold, JudgedRow, RowScore

LEAST_COVERAGE = 0.95


def coverage(rows: Sequence[JudgedRow]) -> float:
    """The share of the judged rows that have their scores; 0 of none. Refusals are no judged rows."""
    judged = [row for row in rows if row.scores or row.problem]
    return sum(not row.problem for row in judged) / len(judged) if judged else 0.0


def has_headline(rows: Sequence[JudgedRow]) -> bool:
    """Whether enough rows are scored for the judge's figures to be shown first."""
    return coverage(rows) >= LEAST_COVERAGE


def judged_scores(
    gold: Sequence[Gold],
    answers: Sequence[Mapping[str, Any]],
    judged: Sequence[JudgedRow],
    metrics: Sequence[str],
) -> tuple[RowScore, ...]:
    """The judge's scores of the rows that it judged, ready to be averaged.

    `answers[i]` is the Answer to `gold[i]`. A row that could not be scored has 0 in each of `metrics` that
    applies to it.
    """
    by_id = {row.id: row for row in judged}
    scores: list[RowScore] = []
    for row, answer in zip(gold, answers, strict=True):
        verdict = by_id.get(row.id)
        if verdict is None:
            continue
        if verdict.problem:
            zeros = dict.fromkeys(applicable(row, answer, metrics), 0.0)
            scores.append(RowScore(row.id, zeros, (verdict.problem,)))
        else:
            scores.append(RowScore(row.id, dict(verdict.scores)))
    return tuple(scores)
