"""Two ranked lists of passages made one."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import pstdev

from qa.types import Hit, Passage

# What one point of BM25 is worth in cosine. Tuned with e5 on one half of PIAF-dev's questions, where
# anything from 0.007 to 0.014 is about as good; `make bench` measures it beside rank fusion.
_POINT = 0.01
# An embedder whose cosines spread wider than e5's gets points in proportion; e5's spread hardly ever does.
_SPREADS_PER_POINT = 0.7


def fuse(dense: Sequence[Hit], lexical: Sequence[Hit]) -> list[tuple[Passage, dict[str, float]]]:
    """Add both legs' scores, best first; unlike ranks, scores say how sure each leg is.

    `dense` has cosine similarities, `lexical` BM25 scores. A passage that one leg does not bring gets the
    lowest score of that leg (no score where the lexical leg brought fewer passages than the dense one:
    then it has no word of the question). The scores told are `dense` and `lexical` where the leg has the
    passage, and `fused`, in units of cosine.
    """
    passages = {hit.passage.id: hit.passage for hit in (*dense, *lexical)}
    scores: dict[str, dict[str, float]] = {ident: {} for ident in passages}
    for name, leg in (("dense", dense), ("lexical", lexical)):
        for hit in leg:
            scores[hit.passage.id][name] = hit.score
    cosines = [hit.score for hit in dense]
    point = max(_POINT, _SPREADS_PER_POINT * pstdev(cosines)) if cosines else _POINT
    least_cosine = min(cosines, default=0.0)
    exhausted = len(lexical) < len(dense)
    least_points = 0.0 if exhausted else min((hit.score for hit in lexical), default=0.0)
    for known in scores.values():
        cosine = known.get("dense", least_cosine)
        known["fused"] = cosine + point * known.get("lexical", least_points)
    ranked = sorted(passages, key=lambda ident: (-scores[ident]["fused"], ident))
    return [(passages[ident], scores[ident]) for ident in ranked]
