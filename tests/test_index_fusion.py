"""Fusion: what one list is made of two."""

from __future__ import annotations

import pytest

from qa.fusion import fuse
from qa.types import Hit, Passage


def hit(name: str, score: float) -> Hit:
    return Hit(Passage(name, "doc.txt", 0, 1, name, ()), score)


def names(dense: list[Hit], lexical: list[Hit]) -> list[str]:
    return [passage.id for passage, _ in fuse(dense, lexical)]


def test_a_passage_that_both_legs_bring_comes_before_one_that_either_prefers_by_little() -> None:
    dense = [hit("a", 0.86), hit("both", 0.85), hit("c", 0.80)]
    lexical = [hit("b", 9.0), hit("both", 8.5), hit("d", 2.0)]
    assert names(dense, lexical)[0] == "both"


def test_a_leg_that_is_sure_outweighs_one_that_is_not() -> None:
    unsure = [hit("a", 0.851), hit("b", 0.850), hit("c", 0.849)]
    assert names(unsure, [hit("c", 14.0), hit("a", 3.0), hit("b", 3.0)])[0] == "c"
    sure = [hit("a", 0.93), hit("b", 0.80), hit("c", 0.80)]
    assert names(sure, [hit("c", 4.1), hit("a", 4.0), hit("b", 3.9)])[0] == "a"


def test_an_embedder_that_spreads_wider_does_not_silence_the_words() -> None:
    dense = [hit("a", 0.60), hit("b", 0.40), hit("c", 0.20), hit("d", 0.0)]
    assert names(dense, [hit("b", 20.0), hit("c", 2.0), hit("d", 1.0), hit("a", 1.0)])[0] == "b"


def test_every_passage_is_there_once_with_the_scores_of_its_legs() -> None:
    fused = fuse([hit("a", 0.9), hit("b", 0.8)], [hit("b", 5.0), hit("c", 4.0)])
    scores = {passage.id: known for passage, known in fused}
    assert sorted(scores) == ["a", "b", "c"]
    assert scores["b"] == {"dense": 0.8, "lexical": 5.0, "fused": pytest.approx(0.8 + 0.035 * 5, abs=0.001)}
    assert "lexical" not in scores["a"]
    assert "dense" not in scores["c"]


def test_one_leg_alone_keeps_its_order() -> None:
    assert names([hit("a", 0.9), hit("b", 0.8)], []) == ["a", "b"]
    assert names([], [hit("x", 3.0), hit("y", 2.0)]) == ["x", "y"]
    assert names([], []) == []
