"""Twenty people and a batch at one server, beside one who has it alone; a pause stands in for the model."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Figure

ROOT = Path(__file__).resolve().parent.parent
ALONE = 5  # questions of the one


def measure_users(scratch: Path) -> tuple[list[Figure], dict[str, Any]]:
    """How long each waited for the whole answer, and how long the line was. `scratch` is an empty folder.

    A sentence "written" takes `crowd.SENTENCE_S`: what is measured is the waiting, not a model.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    from crowd import (  # type: ignore[import-not-found]
        SENTENCE_S,
        by_program,
        crowded,
        together,
    )

    with crowded(scratch) as (address, session, _):
        alone = [by_program(address, who).seconds for who in range(ALONE)]
        began = time.perf_counter()
        people, rows = together(address, session, scratch)
        seconds = time.perf_counter() - began
    waited = sorted(one.seconds for one in people)
    row_s = [row.seconds for row in rows]
    one_s, p50, p95 = median(alone), _at(waited, 0.5), _at(waited, 0.95)
    longest = max(one.before for one in people)
    figures = [
        Figure(
            f"{len(people)} people and a batch at once: an answer, p50",
            f"{p50:.1f} s",
            f"{one_s:.2f} s alone ({p50 / one_s:.0f}×)",
            "",
            None,
        ),
        Figure(
            "the same, p95",
            f"{p95:.1f} s",
            f"{one_s:.2f} s alone ({p95 / one_s:.0f}×)",
            f"≤ {len(people) + len(rows)}× alone: in turn, no more",
            p95 <= (len(people) + len(rows)) * one_s,
        ),
        Figure("the longest line that anybody was told of", f"{longest} before", "", "", None),
        Figure("a row of the batch meanwhile", f"{median(row_s):.1f} s", f"{one_s:.2f} s alone", "", None),
    ]
    details = {
        "sentence_s": SENTENCE_S,
        "alone_s": alone,
        "seconds": seconds,
        "waited_s": waited,
        "before": [one.before for one in people],
        "row_s": row_s,
    }
    return figures, details


def _at(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
