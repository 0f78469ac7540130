"""What a threshold costs: weights, quantiles and curves of calibrated probabilities, and areas under them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from scipy.optimize import isotonic_regression

from bench.absence import ABSENCES, Absence
from qa.compose import OWN_WORDS
from training.logistic import area
from training.measure import Asking

# A third of the calibration questions is absent.
_ABSENT = 1 / 3
_THRESHOLDS = [float(threshold) for threshold in np.arange(0.05, 0.96, 0.05)]
# A share of fewer questions than this says nothing.
_LEAST_SHOWN = 10
_LOG = logging.getLogger("training")


def curve_of(
    shown: Sequence[tuple[float, float, bool, bool]],
    present: Sequence[bool],
    weights: Sequence[float],
) -> list[list[float]]:
    """[threshold, share of what is shown that is wrong, share of answerable questions shown], as far up as
    enough is shown to tell."""
    rows: list[list[float]] = []
    for threshold in _THRESHOLDS:
        if sum(one[1] >= threshold for one in shown) < _LEAST_SHOWN:
            break
        rows.append(_point(threshold, shown, present, weights))
    return rows


def curve_of_looks(
    looks: Sequence[Sequence[tuple[float, bool]]], present: Sequence[bool]
) -> list[list[float]]:
    """The curve (see `curve_of`) where the surest look is shown if it reaches the threshold.

    What is wrong there is by the isotonic fit of what is right (Ayer et al. 1955): among a few dozen
    questions the share itself goes up and down, and a `risk` would jump with single ones.
    """
    surest = [max(of, key=lambda look: look[0], default=(0.0, False)) for of in looks]
    order = sorted(range(len(surest)), key=lambda i: surest[i][0])
    weights, there = (np.array(of)[order] for of in (weights_of(present), present))
    sure, right = np.array([surest[i] for i in order]).T
    fitted = isotonic_regression(right, weights=weights).x
    curve: list[list[float]] = []
    for threshold in _THRESHOLDS:
        shown = sure >= threshold
        if shown.sum() < _LEAST_SHOWN:
            break
        wrong = float(np.average(1 - fitted[shown], weights=weights[shown]))
        seen = float(shown[there].mean())
        curve.append([round(threshold, 2), round(wrong, 4), round(seen, 4)])
    return curve


def _point(
    threshold: float,
    shown: Sequence[tuple[float, float, bool, bool]],
    present: Sequence[bool],
    weights: Sequence[float],
) -> list[float]:
    """One row of a curve."""
    wrong = right = seen = 0.0
    for (written, quoted, both, quotations), there, weight in zip(shown, present, weights, strict=True):
        if quoted >= threshold:
            own = quoted >= OWN_WORDS and written >= max(threshold, OWN_WORDS)
            held = both if own else quotations
            wrong += weight * (not held)
            right += weight * held
            seen += there
    share = round(wrong / max(wrong + right, 1e-9), 4)
    return [round(threshold, 2), share, round(seen / max(sum(present), 1), 4)]


def weights_of(labels: Sequence[bool]) -> list[float]:
    """Each row's weight such that the share of absent ones is `_ABSENT`."""
    absent = sum(not label for label in labels)
    each = _ABSENT / (1 - _ABSENT) * sum(labels) / max(absent, 1)
    return [1.0 if label else each for label in labels]


def lowest(probabilities: Sequence[float], right: Sequence[bool]) -> float:
    """What 1 in 33 of the right ones is below."""
    return round(float(np.quantile([p for p, r in zip(probabilities, right, strict=True) if r], 0.03)), 4)


def tell(name: str, probabilities: Sequence[float], right: Sequence[bool]) -> None:
    """Log how well the probabilities tell what is right."""
    good = [p for p, r in zip(probabilities, right, strict=True) if r]
    bad = [p for p, r in zip(probabilities, right, strict=True) if not r]
    _LOG.info("%s: %d right, %d wrong, area %.3f", name, len(good), len(bad), area(good, bad))


def tell_areas(name: str, scores: Sequence[float], askings: Sequence[Asking]) -> None:
    """Log how well the scores tell present from absent, of each language and set."""
    by: dict[tuple[str, str], dict[Absence, list[float]]] = {}
    for score, asking in zip(scores, askings, strict=True):
        kind = (asking.case.lang, "PIAF" if asking.case.absences == ABSENCES else "SQuAD")
        by.setdefault(kind, {absence: [] for absence in ABSENCES})[asking.absence].append(score)
    for (lang, data), of in by.items():
        areas = {a: round(area(of["present"], of[a]), 3) for a in ("near", "far") if of[a] and of["present"]}
        _LOG.info("%s, %s in %s: %d present, areas %s", name, data, lang, len(of["present"]), areas)
