"""Signals that what would be shown is right: that it holds, and that it answers what was asked.

qa/verify.py says whether a claim stands in its evidence; a true sentence may still not answer. The weights
are fitted on public questions (training/calibrate.py).
"""

from __future__ import annotations

import math

from qa.types import Evidence
from qa.verify import Checked
from qa.weigh import Reader, Stretch


def written_signals(
    odds: float, checked: Checked, question: str, title: str, reader: Reader
) -> dict[str, float]:
    """Of a checked claim: `odds` (log-odds that the documents answer, the model's choice included), its support, and what the reader
    makes of the question with the claim in place of a document. Raises ModelFailed."""
    (reading,) = reader.read(question, [Stretch(title, (checked.text,))])
    return {
        "odds": odds,
        "supported": _log_odds(checked.support),
        "claim_answers": max(reading.answers, default=-10.0),
        "claim_span": max(-10.0, reading.span),
    }


def quoted_signals(odds: float, item: Evidence) -> dict[str, float]:
    """Of a sentence to be quoted: `odds`, and the reader's log-odds that it answers."""
    return {"odds": odds, "quote_answers": _log_odds(item.scores.get("reader", 0.0))}


def _log_odds(probability: float) -> float:
    """Within ±7."""
    return math.log(max(probability, 1e-3) / max(1 - probability, 1e-3))
