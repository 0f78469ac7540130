"""How many of a judge's rows have a verdict: below LEAST_COVERAGE its figures do not stand."""

from __future__ import annotations

from collections.abc import Sequence

from qa.evaluate.types import JudgedRow

LEAST_COVERAGE = 0.95


def coverage(rows: Sequence[JudgedRow]) -> float:
    """The share of the judged rows that have their scores; 0 of none. Refusals are no judged rows."""
    judged = [row for row in rows if row.scores or row.problem]
    return sum(not row.problem for row in judged) / len(judged) if judged else 0.0
