"""The gate: both runs scored alike, and what cannot be compared said aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evaluate_support import DOCUMENTS, PONT, QUOTE, answered

from qa.evaluate.baseline import against, rescored
from qa.evaluate.figures import figures
from qa.evaluate.metrics import JUDGED, score_row
from qa.evaluate.report import Change
from qa.evaluate.types import Gold, GoldEvidence, JudgedRow, RowScore, Run
from qa.settings import JudgeSettings

WITH = {"name": "j/7b", "identity": "0123"}


def run(value: float | None = None, *, failed: int = 0, said: str = "la Seine", **judge: str) -> Run:
    """Twenty questions answered alike; the judge, where there is one, gave `value` and failed on some."""
    gold = tuple(
        Gold(
            f"q{n}",
            "Que franchit-il ?",
            "fr",
            f"p{n}",
            "single",
            ("la Seine",),
            (),
            (GoldEvidence("pont.txt", QUOTE),),
        )
        for n in range(20)
    )
    answers = tuple(answered(row, f"Il franchit {said}.") for row in gold)
    scores = [score_row(row, answer, DOCUMENTS.get) for row, answer in zip(gold, answers, strict=True)]
    judged: tuple[JudgedRow, ...] = ()
    if value is not None:
        judged = tuple(
            JudgedRow(row.id, {}, 2, 1, "short")
            if n < failed
            else JudgedRow(row.id, {"faithfulness": value}, 2)
            for n, row in enumerate(gold)
        )
        scores = [
            replace(score, metrics={**score.metrics, "faithfulness": row.scores.get("faithfulness", 0.0)})
            for score, row in zip(scores, judged, strict=True)
        ]
    of_all = figures(list(zip(gold, scores, strict=True)))
    about = {"judge": judge} if judge else {}
    return Run(gold, answers, tuple(scores), of_all, judged, about)


def gate(new: Run, old: Run) -> Change:
    return against(new, "before", old, DOCUMENTS.get)


def notes(change: Change) -> str:
    return " ".join(note["en"] for note in change.notes)


def test_the_judged_metrics_are_those_of_the_settings() -> None:
    assert set(JudgeSettings().metrics) == JUDGED


def test_a_judged_figure_that_fell_falls_the_gate() -> None:
    change = gate(run(0.2, **WITH), run(0.9, **WITH))
    assert (change.fallen, change.lost, change.notes) == (("faithfulness",), (), ())


def test_without_a_judge_its_figures_are_warned_of_and_do_not_fall() -> None:
    change = gate(run(), run(0.9, **WITH))
    assert not change.fell
    assert "has a judge's figures (Faithful to the sources (judge)); this run has no judge" in notes(change)


def test_a_judge_that_failed_too_often_falls_the_gate() -> None:
    change = gate(run(0.9, failed=2, **WITH), run(0.9, **WITH))
    assert change.fell
    assert change.lost == ("faithfulness",)
    assert (
        "Lost, which counts as a fall: Faithful to the sources (judge). The judge scored only 90%"
        in notes(change)
    )
    assert "faithfulness" not in change.deltas
    assert not gate(run(0.9, failed=1, **WITH), run(0.9, **WITH)).lost


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ({"name": "other", "identity": "0123"}, "The baseline's judge is other, this run's is j/7b"),
        ({"name": "j/7b", "identity": "9999"}, "The baseline's judge, j/7b, was of another version"),
        ({"name": "j/7b"}, "The baseline's judge, j/7b, was of another version"),
    ],
    ids=["another", "other prompts", "prompts unknown"],
)
def test_the_word_of_another_judge_is_not_compared(old: dict[str, str], said: str) -> None:
    change = gate(run(0.2, **WITH), run(0.9, **old))
    assert said in notes(change)
    assert not change.fell
    assert "faithfulness" not in change.deltas
    assert change.deltas["right"] == 0


def test_a_baseline_that_its_judge_hardly_scored_is_not_compared() -> None:
    change = gate(run(0.1, **WITH), run(0.9, failed=5, **WITH))
    assert not change.fell
    assert "The baseline's judge scored only 75%" in notes(change)


def test_the_baseline_is_scored_by_the_present_rules() -> None:
    """What an older version made of its answers does not count; what only it can know is kept."""
    old = run(0.9, **WITH)
    harsh = replace(
        old,
        scores=tuple(
            RowScore(s.id, {"right": 0.0, "faithfulness": 0.9, "retrieval_recall.dense@1": 1.0})
            for s in old.scores
        ),
    )
    scores = rescored(harsh, old.gold, DOCUMENTS.get).scores
    assert scores[0].metrics["right"] == 1
    assert (scores[0].metrics["faithfulness"], scores[0].metrics["retrieval_recall.dense@1"]) == (0.9, 1)
    assert gate(run(0.9, **WITH), harsh).fixed == ()


def test_a_document_that_changed_since_does_not_spoil_the_baseline() -> None:
    old = run()
    texts = {"pont.txt": f"Un mot de plus. {PONT}"}
    assert rescored(old, old.gold, texts.get).scores == old.scores


def test_a_baseline_without_enough_questions_says_nothing_of_figures() -> None:
    old = run(0.9, **WITH)
    new = replace(
        run(0.1, said="la Loire", **WITH),
        gold=tuple(row if n < 4 else replace(row, id=f"new{n}") for n, row in enumerate(old.gold)),
    )
    change = gate(new, old)
    assert (change.deltas, change.fell) == ({}, False)
    assert notes(change).startswith("Too few questions in common")
    assert len(change.broke) == 4
