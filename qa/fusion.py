"""Two ranked lists of passages made one."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import Hit, Passage

_DENSE_WEIGHT = 0.5


def fuse(dense: Sequence[Hit], lexical: Sequence[Hit]) -> list[tuple[Passage, dict[str, float]]]:
    """Fuse both legs, best first.

    The scores are `dense` and `lexical` where that leg has the passage, and `fused`.
    """
    passages = {hit.passage.id: hit.passage for hit in (*dense, *lexical)}
    scores: dict[str, dict[str, float]] = {ident: {} for ident in passages}
    fused = dict.fromkeys(passages, 0.0)
    for name, leg, weight in (("dense", dense, _DENSE_WEIGHT), ("lexical", lexical, 1 - _DENSE_WEIGHT)):
        low = min((hit.score for hit in leg), default=0.0)
        span = max((hit.score for hit in leg), default=0.0) - low or 1.0
        for hit in leg:
            scores[hit.passage.id][name] = hit.score
            fused[hit.passage.id] += weight * (hit.score - low) / span
    ranked = sorted(passages, key=lambda ident: (-fused[ident], ident))
    return [(passages[ident], scores[ident] | {"fused": fused[ident]}) for ident in ranked]
