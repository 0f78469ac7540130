"""Where each leg of retrieval has the gold sentences: searched at scoring time, without a language model.

`retrieval_recall.LEG@K` is the share of the gold sentences (of one, where any says it all) that lie on the
first K passages of `dense` (Chroma), `lexical` (BM25) or `fused`. What the reader then makes of the passages
is `evidence_recall.reader@K` (see metrics.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qa.evaluate.gold import TextOf, lang_of
from qa.evaluate.locate import found, gold_places
from qa.evaluate.types import Gold
from qa.retrieve import Legs
from qa.types import Lang

LEGS = ("dense", "lexical", "fused")
PASSAGES = (1, 5, 12)


def leg_metric(leg: str, first: int) -> str:
    """The name of a leg's recall."""
    return f"retrieval_recall.{leg}@{first}"


RETRIEVAL = frozenset(leg_metric(leg, first) for leg in LEGS for first in PASSAGES)


def score_legs(
    gold: Gold, answer: Mapping[str, Any], text_of: TextOf, search: Callable[[str, Lang], Legs]
) -> dict[str, float]:
    """The recall of each leg for the question as the Answer (JSON) understood it; nothing without evidence.

    Raises SourcierError where the index cannot be searched.
    """
    places = gold_places(gold, text_of, [])
    if not places:
        return {}
    legs = search(answer.get("understood") or gold.question, lang_of(gold))
    metrics: dict[str, float] = {}
    for leg in LEGS:
        passages = [{"doc": one.doc, "start": one.start, "end": one.end} for one in getattr(legs, leg)]
        for first in PASSAGES:
            metrics[leg_metric(leg, first)] = found(gold, places, passages[:first])
    return metrics
