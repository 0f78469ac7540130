"""What a threshold costs, as the calibration has it."""

from __future__ import annotations

import pytest

from qa.weigh import load_calibration
from training.curves import curve_of_looks


def test_what_is_wrong_only_falls_with_the_threshold() -> None:
    # The surest look of twelve present questions, those at 0.65 wrong by chance, and of four absent ones.
    looks = [[(0.2 + 0.07 * i, i not in {6, 7}), (0.1, False)] for i in range(12)]
    curve = curve_of_looks([*looks, *[[(0.3, False)]] * 4, []], [True] * 12 + [False] * 5)
    wrong = [share for _, share, _ in curve]
    assert wrong == sorted(wrong, reverse=True)
    shown = [seen for _, _, seen in curve]
    assert shown[0] == 1.0
    assert shown == sorted(shown, reverse=True)


def test_the_share_that_is_wrong_is_that_of_the_fit() -> None:
    looks = [[(p, right)] for p, right in [(0.9, True)] * 8 + [(0.6, False)] * 2 + [(0.5, True)] * 2]
    (first, *_) = curve_of_looks(looks, [True] * 12)
    # Two wrong ones above two right ones are one step of the fit: all four are half right.
    assert first == [0.05, pytest.approx(2 / 12, abs=1e-4), 1.0]


def test_the_curve_that_ships_gives_each_risk_one_threshold() -> None:
    curve = load_calibration().state.curve
    wrong = [share for _, share, _ in curve]
    assert wrong == sorted(wrong, reverse=True)
