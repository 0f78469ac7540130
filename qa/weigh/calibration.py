"""Signals made probabilities: small logistic models, fitted on public data by training/calibrate.py."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.errors import ModelMissing

FILE = Path(__file__).parent / "calibration.json"


@dataclass(frozen=True, slots=True)
class Logistic:
    """A probability from named signals: `bias` plus the weighted signals, as log-odds."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """In [0, 1]; a signal that is not there counts as 0."""
        return 1 / (1 + math.exp(-self.log_odds(signals)))

    def log_odds(self, signals: Mapping[str, float]) -> float:
        """The same as log-odds, within ±30."""
        logit = self.bias + sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())
        return max(-30.0, min(30.0, logit))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What training/calibrate.py fitted.

    `rank`: a sentence answers, from its own signals. `answerable`: some candidate answers, from the
    question's signals, without the language model; `chosen`: the same with its one-token choice
    (`prior` are the log-odds of `answerable`). `support`: a claim holds, from its evidence's signals.
    `written` and `quoted`: a claim that holds, or a quotation, is right.
    Refused at once where `answerable` is below `absent`, before writing where `chosen` is below `unlikely`.
    `curve` has, for each threshold of `written` and `quoted`, the share of what is shown that is wrong and
    the share of answerable questions that are shown.
    """

    reader: str
    rank: Logistic
    answerable: Logistic
    chosen: Logistic
    support: Logistic
    written: Logistic
    quoted: Logistic
    absent: float
    unlikely: float
    least_support: float
    curve: tuple[tuple[float, float, float], ...]

    def threshold(self, risk: float) -> float:
        """The lowest threshold from which on at most `risk` of what is shown is wrong; the strictest where
        none reaches it."""
        found = self.curve[-1][0]
        for threshold, wrong, _ in reversed(self.curve):
            if wrong > risk:
                break
            found = threshold
        return found


def load_calibration(path: Path = FILE) -> Calibration:
    """Read the file that ships with the package. Raises ModelMissing where it is not there or not whole."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(
            reader=data["reader"],
            rank=logistic_of(data["rank"]),
            answerable=logistic_of(data["answerable"]),
            chosen=logistic_of(data["chosen"]),
            support=logistic_of(data["support"]),
            written=logistic_of(data["written"]),
            quoted=logistic_of(data["quoted"]),
            absent=data["absent"],
            unlikely=data["unlikely"],
            least_support=data["least_support"],
            curve=tuple((row[0], row[1], row[2]) for row in data["curve"]),
        )
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ModelMissing(
            f"The calibration {path} cannot be read: {error}.", "Install the package again."
        ) from error


def logistic_of(data: Mapping[str, float]) -> Logistic:
    """The model of a file's row: `bias`, and a weight for each signal."""
    return Logistic(data["bias"], {name: weight for name, weight in data.items() if name != "bias"})
