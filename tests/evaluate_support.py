"""What the tests of the evaluation share: gold questions, and runs to report on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qa.evaluate.types import Figure, Gold, GoldEvidence, JudgedRow, RowScore, Run
from qa.present import answer_to_json
from qa.types import Answer, Citation, Claim, ModelNames, Timings

PONT = (
    "Le pont de Normandie a été inauguré le 20 janvier 1995. Il franchit la Seine entre Le Havre et "
    "Honfleur. Sa travée centrale mesure 856 mètres."
)
QUOTE = "Il franchit la Seine entre Le Havre et Honfleur."
DOCUMENTS: Mapping[str, str] = {"pont.txt": PONT}

GOLD = (
    Gold(
        "p1-fr",
        "Que franchit-il ?",
        "fr",
        "p1",
        "single",
        answers=("la Seine",),
        evidence=(GoldEvidence("pont.txt", QUOTE),),
    ),
    Gold("p1-en", "What does it cross?", "en", "p1", "single", answers=("the Seine",)),
    Gold("p2-fr", "Qui l'a dessiné ?", "fr", "p2", "unanswerable"),
)


def answered(gold: Gold, text: str, support: float = 0.9, **given: Any) -> dict[str, Any]:
    """An Answer to `gold` that cites the sentence about the Seine."""
    start = PONT.index(QUOTE)
    answer = Answer(
        id=gold.id,
        question=gold.question,
        lang=gold.lang or "fr",
        status="answered",
        answer=f"{text} [1]",
        claims=(Claim(text, "supported", support, (1,)),),
        citations=(
            Citation("pont.txt", "Le pont", "1995-01-20", start, start + len(QUOTE), QUOTE, n=1, lang="fr"),
        ),
        model=ModelNames("fake/queue", "e5"),
        timings=Timings(0.5, 2.0, 3.0),
    )
    return answer_to_json(answer) | given


def refused(gold: Gold) -> dict[str, Any]:
    """A refusal of `gold`."""
    answer = Answer(gold.id, gold.question, gold.lang or "fr", "refused", "Les documents ne le disent pas.")
    return answer_to_json(answer) | {"timings": {"evidence_s": 0.5, "first_sentence_s": None, "total_s": 0.9}}


def make_run(**given: Any) -> Run:
    """Three questions: one right, one wrong, one refused rightly."""
    fields: dict[str, Any] = {
        "gold": GOLD,
        "answers": (
            answered(GOLD[0], "Il franchit la Seine."),
            answered(GOLD[1], "It crosses the Loire.", 0.6),
            refused(GOLD[2]),
        ),
        "scores": (
            RowScore("p1-fr", {"right": 1.0}),
            RowScore("p1-en", {"right": 0.0}, ("It does not say the Seine.",)),
            RowScore("p2-fr", {"refused_rightly": 1.0}),
        ),
        "figures": (
            Figure("right", 0.5, 0.25, 0.75, 2),
            Figure("refused_rightly", 1.0, 1.0, 1.0, 1),
            Figure("faithfulness", 0.8, 0.6, 0.9, 3),
        ),
        "about": {
            "gold": {"name": "gold.jsonl", "split": "all"},
            "finished": "2026-11-22",
            "model": "fake/queue",
        },
    }
    return Run(**(fields | given))


def judged(failed: int = 0) -> tuple[JudgedRow, ...]:
    """Twenty rows of the judge, `failed` of them without a score."""
    return tuple(
        JudgedRow(f"r{n}", {}, 4, 1, "one verdict of four is missing")
        if n < failed
        else JudgedRow(f"r{n}", {"faithfulness": 0.8}, 4, 0)
        for n in range(20)
    )
