"""Logistic regression by Newton's method, small enough to read; and the area under a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def fit(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[bool],
    names: Sequence[str],
    weights: Sequence[float] | None = None,
    ridge: float = 1.0,
) -> dict[str, float]:
    """`bias` and one weight a name, from rows of signals; `weights` count rows more or less."""
    x = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    design = np.column_stack([np.ones(len(rows)), (x - mean) / deviation])
    y = np.array(labels, dtype=float)
    count = np.ones(len(rows)) if weights is None else np.array(weights)
    penalty = np.diag([1e-6] + [ridge] * len(names))
    found = np.zeros(len(names) + 1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (count * (y - p)) - penalty @ found
        hessian = (design * (count * p * (1 - p))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian, gradient)
        found += step
        if np.abs(step).max() < 1e-8:
            break
    scaled = found[1:] / deviation
    bias = float(found[0] - scaled @ mean)
    return {"bias": round(bias, 5)} | {n: round(float(w), 5) for n, w in zip(names, scaled, strict=True)}


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The share of pairs in which the positive one scores higher (ties count half)."""
    one, other = np.array(positive)[:, None], np.array(negative)[None]
    return float((one > other).mean() + 0.5 * (one == other).mean())
