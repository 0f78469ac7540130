"""Signals made probabilities: small logistic models, fitted on public data by training/calibrate.py."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
class Decisions:
    """From a choice among the excerpts to what is shown.

    `chosen`: some excerpt answers, from the choice's signals (qa/weigh/choice.py); below `unlikely` it is
    refused. `reader` is the weight of the reader's log-odds beside the choice, where the likeliest excerpt is
    looked for. `written` and `quoted`: a claim that holds, or a quotation, is right. `curve` has, for each
    threshold of these two, the share of what is shown that is wrong and the share of answerable questions
    that are shown.
    """

    chosen: Logistic
    unlikely: float
    reader: float
    written: Logistic
    quoted: Logistic
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


@dataclass(frozen=True, slots=True)
class Calibration:
    """What training/calibrate.py fitted, for the `reader` and the `probe` that it names.

    `rank`: a sentence answers, from its own signals. `answerable`: some candidate answers, from the
    question's signals, without the language model (below `absent` it is refused at once); its log-odds are
    the signal `prior` of what a choice decides: by the model's `state` (qa/weigh/probe.py) or its `token`
    (qa/weigh/choice.py). `support`: a claim holds, from its evidence's signals.
    """

    reader: str
    probe: str
    rank: Logistic
    answerable: Logistic
    absent: float
    support: Logistic
    least_support: float
    state: Decisions
    token: Decisions


def load_calibration(path: Path = FILE) -> Calibration:
    """Read the file that ships with the package. Raises ModelMissing where it is not there or not whole."""
    try:
        return calibration_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise ModelMissing(
            f"The calibration {path} cannot be read: {error}.", "Install the package again."
        ) from error


def calibration_of(data: Mapping[str, Any]) -> Calibration:
    """The file's content. Raises KeyError and IndexError where something is missing."""
    return Calibration(
        reader=data["reader"],
        probe=data["probe"],
        rank=logistic_of(data["rank"]),
        answerable=logistic_of(data["answerable"]),
        absent=data["absent"],
        support=logistic_of(data["support"]),
        least_support=data["least_support"],
        state=_decisions_of(data["state"]),
        token=_decisions_of(data["token"]),
    )


def _decisions_of(data: Mapping[str, Any]) -> Decisions:
    return Decisions(
        chosen=logistic_of(data["chosen"]),
        unlikely=data["unlikely"],
        reader=data["reader"],
        written=logistic_of(data["written"]),
        quoted=logistic_of(data["quoted"]),
        curve=tuple((row[0], row[1], row[2]) for row in data["curve"]),
    )


def logistic_of(data: Mapping[str, float]) -> Logistic:
    """The model of a file's row: `bias`, and a weight for each signal."""
    return Logistic(data["bias"], {name: weight for name, weight in data.items() if name != "bias"})
