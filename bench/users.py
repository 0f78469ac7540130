"""Twenty people and a batch at one server, beside the same in turn; a pause stands in for the model."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.report import Figure

ROOT = Path(__file__).resolve().parent.parent
ALONE = 5  # questions of each kind that have the server to themselves, at most


def measure_users(scratch: Path) -> tuple[list[Figure], dict[str, Any]]:
    """How long each waited for the whole answer, and how long the line was. `scratch` is an empty folder.

    A sentence "written" takes `crowd.SENTENCE_S`: what is measured is the waiting, not a model.

    Questions are answered one at a time, in the order in which they came: whoever is served last waits for
    all the others. So nobody need wait longer than all of them take one after another, each with the server
    to themselves, and that is the target, from the same run. A page costs more than a program does (it shows
    each step), hence the sum over the kinds of people and not a multiple of one kind's answer.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    from crowd import (  # type: ignore[import-not-found]
        PAGES,
        PROGRAMS,
        SENTENCE_S,
        TALKS,
        by_batch,
        by_page,
        by_program,
        by_talk,
        crowded,
        together,
    )

    with crowded(scratch) as (address, session, _):
        kinds = ((by_page, PAGES), (by_program, PROGRAMS), (by_talk, TALKS))
        by_program(address, PROGRAMS[0])  # the very first question loads what the others find loaded
        alone = {by.__name__: [by(address, who).seconds for who in these[:ALONE]] for by, these in kinds}
        (scratch / "alone").mkdir()
        alone_rows = [row.seconds for row in by_batch(session, scratch / "alone")]
        began = time.perf_counter()
        people, rows = together(address, session, scratch)
        seconds = time.perf_counter() - began
    waited = sorted(one.seconds for one in people)
    row_s = [row.seconds for row in rows]
    in_turn = sum(len(these) * median(alone[by.__name__]) for by, these in kinds)
    in_turn += len(rows) * median(alone_rows)
    one_s, p50, p95 = median(alone["by_program"]), _at(waited, 0.5), _at(waited, 0.95)
    longest = max(one.before for one in people)
    figures = [
        Figure(
            f"{len(people)} people and a batch at once: an answer, p50",
            f"{p50:.1f} s",
            f"{one_s:.2f} s a program alone ({p50 / one_s:.0f}×)",
            "",
            None,
        ),
        Figure(
            "the same, p95",
            f"{p95:.1f} s",
            f"{in_turn:.1f} s one after another ({p95 / in_turn:.2f}×)",
            "≤ 1×: in turn, no more",
            p95 <= in_turn,
        ),
        Figure("the longest line that anybody was told of", f"{longest} before", "", "", None),
        Figure(
            "a row of the batch meanwhile",
            f"{median(row_s):.1f} s",
            f"{median(alone_rows):.2f} s alone",
            "",
            None,
        ),
    ]
    details = {
        "sentence_s": SENTENCE_S,
        "alone_s": {**alone, "by_batch": alone_rows},
        "in_turn_s": in_turn,
        "seconds": seconds,
        "waited_s": waited,
        "before": [one.before for one in people],
        "row_s": row_s,
    }
    return figures, details


def _at(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
