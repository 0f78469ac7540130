"""Figures over many rows, each with its 95 % interval.

A figure is a sum over rows divided by another; intervals are percentiles of it over resampled pairs: a
question and its translation mostly stand and fall together, so they count as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.evaluate.gold import lang_of, pair_of
from qa.evaluate.metrics import SECONDS, TOKENS
from qa.evaluate.types import Figure, Gold, RowScore

SEED = 20230302
RESAMPLES = 2000
_TAILS = (2.5, 97.5)

Rows = Sequence[tuple[Gold, RowScore]]
Key = tuple[str, str]
"""A group ("" for all rows) and a metric."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """For each pair (line) and each key (column): what is summed, by what it is divided, and the rows."""

    pairs: tuple[str, ...]
    keys: tuple[Key, ...]
    above: Floats
    below: Floats
    rows: NDArray[np.int64]

    def means(self) -> Floats:
        """The figure of each key over all pairs; NaN where it has no rows."""
        return ratio(self.above.sum(axis=0), self.below.sum(axis=0))

    def resampled(self, weights: Floats) -> Floats:
        """Its figures, a line a resample; `weights` (resamples × pairs) says how often each pair is drawn."""
        return ratio(weights @ self.above, weights @ self.below)


def figures(rows: Rows) -> tuple[Figure, ...]:
    """Every metric over all rows, by language (`lang=fr`), by kind (`kind=single`), by document (`doc=a`)."""
    if not rows:
        return ()
    sums = sum_up(rows, groups=True)
    values = sums.means()
    lows, highs = intervals(sums.resampled(draw(len(sums.pairs))))
    counts, pairs = sums.rows.sum(axis=0), (sums.below > 0).sum(axis=0)
    found: list[Figure] = []
    for n, (group, metric) in enumerate(sums.keys):
        if np.isnan(values[n]):
            continue
        value, low, high = float(values[n]), float(lows[n]), float(highs[n])
        if metric not in (*SECONDS, *TOKENS):
            low, high = _widened(value, low, high, int(pairs[n]))
        found.append(Figure(metric, value, low, high, int(counts[n]), group))
    return tuple(found)


def sum_up(rows: Rows, *, groups: bool, pairs: Sequence[str] | None = None) -> Sums:
    """The sums of rows; `pairs` are all that there are, by default those of the rows, in their order."""
    lines = {pair: n for n, pair in enumerate(pairs or dict.fromkeys(pair_of(gold) for gold, _ in rows))}
    columns: dict[Key, int] = {}
    entries: list[tuple[int, int, float, float]] = []
    for gold, score in rows:
        line = lines[pair_of(gold)]
        parts = list(_parts(gold, score.metrics))
        for group in _groups(gold) if groups else ("",):
            for metric, top, bottom in parts:
                column = columns.setdefault((group, metric), len(columns))
                entries.append((line, column, top, bottom))
    above, below = np.zeros((len(lines), len(columns))), np.zeros((len(lines), len(columns)))
    counts = np.zeros((len(lines), len(columns)), dtype=np.int64)
    for line, column, top, bottom in entries:
        above[line, column] += top
        below[line, column] += bottom
        counts[line, column] += bottom > 0
    order = sorted(columns, key=lambda key: (key[0] != "", key[0]))
    taken = [columns[key] for key in order]
    return Sums(tuple(lines), tuple(order), above[:, taken], below[:, taken], counts[:, taken])


def draw(pairs: int) -> Floats:
    """How often each pair is drawn in each resample: resamples × pairs, the same for the same number."""
    rng = np.random.default_rng(SEED)
    return rng.multinomial(pairs, np.full(pairs, 1 / pairs), size=RESAMPLES).astype(np.float64)


def intervals(resampled: Floats) -> tuple[Floats, Floats]:
    """The 95 % interval of each column; resamples without rows of it are left out."""
    # A column with no value at all would warn; it has no figure either.
    filled = np.where(np.isnan(resampled).all(axis=0), 0.0, resampled)
    low, high = np.nanpercentile(filled, _TAILS, axis=0)
    return low, high


def ratio(above: Floats, below: Floats) -> Floats:
    """`above / below`, NaN where there is nothing below."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _parts(gold: Gold, metrics: Mapping[str, float]) -> Iterator[tuple[str, float, float]]:
    """A row's share in each figure: (metric, what it adds above, what below)."""
    for metric, value in metrics.items():
        yield metric, value, 1.0
    refused, absent = metrics.get("refused", 0.0), float(gold.absent)
    if "refused" in metrics or gold.absent:
        yield "refusal_precision", refused * absent, refused
        yield "refusal_recall", refused * absent, absent
        yield "refusal_f1", 2 * refused * absent, refused + absent


def _groups(gold: Gold) -> tuple[str, ...]:
    documents = dict.fromkeys(f"doc={evidence.doc}" for evidence in gold.evidence)
    kind = (f"kind={gold.kind}",) if gold.kind else ()
    return ("", f"lang={lang_of(gold)}", *kind, *documents)


def _widened(value: float, low: float, high: float, pairs: int) -> tuple[float, float]:
    """Where all rows are alike resampling varies nothing: the exact interval of `pairs` trials instead."""
    least = 0.025 ** (1 / pairs)
    if value >= 1:
        return min(low, least), 1.0
    if value <= 0:
        return 0.0, max(high, 1 - least)
    return low, high
