"""Weigh: which sentences answer, whether any does, and whether evidence supports a claim."""

from qa.weigh.calibration import Calibration, Logistic, load_calibration, logistic_of
from qa.weigh.choice import Chosen, choice_signals, choose
from qa.weigh.rank import Ranked, rank, unnamed
from qa.weigh.reader import OnnxReader, Reader, Reading, Stretch, Support

__all__ = [
    "Calibration",
    "Chosen",
    "Logistic",
    "OnnxReader",
    "Ranked",
    "Reader",
    "Reading",
    "Stretch",
    "Support",
    "choice_signals",
    "choose",
    "load_calibration",
    "logistic_of",
    "rank",
    "unnamed",
]
