"""Weigh: which sentences answer, whether any does, and whether evidence supports a claim."""

from qa.weigh.calibration import (
    Calibration,
    Decisions,
    Logistic,
    calibration_of,
    load_calibration,
    logistic_of,
)
from qa.weigh.choice import SUREST, Chosen, choice_signals, choose, is_enough
from qa.weigh.probe import Probe, StateChooser, load_probe
from qa.weigh.rank import Ranked, rank, unnamed
from qa.weigh.reader import OnnxReader, Reader, Reading, Stretch, Support

__all__ = [
    "SUREST",
    "Calibration",
    "Chosen",
    "Decisions",
    "Logistic",
    "OnnxReader",
    "Probe",
    "Ranked",
    "Reader",
    "Reading",
    "StateChooser",
    "Stretch",
    "Support",
    "calibration_of",
    "choice_signals",
    "choose",
    "is_enough",
    "load_calibration",
    "load_probe",
    "logistic_of",
    "rank",
    "unnamed",
]
