"""Each leg of retrieval is asked by itself: a real index and embedder, no language model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeLLM

from qa.api import Sourcier
from qa.evaluate.legs import score_legs
from qa.evaluate.types import Gold, GoldEvidence
from qa.index import update_index
from qa.models.e5 import E5Embedder
from qa.settings import load_settings

# The sentence with the most of the question's words is not the one that answers it.
TEXTS: Mapping[str, str] = {
    "physician.txt": "Ada Brand, a physician, cured the child of a fever within a week.\n",
    "doctor.txt": "The doctor of the boat is a boat: who the doctor is, is painted on it.\n",
    **{
        f"town{n}.txt": f"The town hall of Brax-{n} was built of grey stone in {1800 + n}.\n"
        for n in range(14)
    },
}
QUOTE = "Ada Brand, a physician, cured the child of a fever within a week."
WHO = Gold(
    "who",
    "Who is the doctor that healed the sick boy?",
    "en",
    kind="single",
    answers=("Ada Brand",),
    evidence=(GoldEvidence("physician.txt", QUOTE),),
)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sourcier]:
    root: Path = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    for name, text in TEXTS.items():
        (root / "docs" / name).write_text(text, "utf-8")
    loaded, embedder = load_settings(root, {}), E5Embedder()
    update_index([root / "docs"], loaded, embedder)
    with Sourcier.open(loaded, llm=FakeLLM(), embedder=embedder) as opened:
        yield opened


def recall(session: Sourcier, gold: Gold, **answer: Any) -> dict[str, float]:
    return score_legs(gold, answer, session.document_text, session.search_legs)


def test_each_leg_has_its_own_rank_whatever_the_reader_kept(session: Sourcier) -> None:
    """Meaning finds what has none of the question's words; the answer's own evidence is not asked."""
    found = recall(session, WHO, evidence=[])
    assert found["retrieval_recall.dense@1"] == 1
    assert found["retrieval_recall.lexical@1"] == 0
    assert found["retrieval_recall.fused@5"] == 1
    named = recall(session, Gold("n", "Ada Brand physician fever?", "en", evidence=WHO.evidence))
    assert named["retrieval_recall.lexical@1"] == 1


def test_a_follow_up_is_searched_as_it_was_understood(session: Sourcier) -> None:
    gold = Gold("f", "And in Brax-3?", "en", evidence=(GoldEvidence("physician.txt", QUOTE),))
    assert recall(session, gold)["retrieval_recall.fused@1"] == 0
    assert recall(session, gold, understood=WHO.question)["retrieval_recall.dense@1"] == 1


def test_all_sentences_of_a_question_that_needs_them_count(session: Sourcier) -> None:
    both = Gold(
        "b",
        "Who cured the child of a fever, Ada Brand the physician?",
        "en",
        kind="multi",
        evidence=(*WHO.evidence, GoldEvidence("town13.txt", "built of grey stone in 1813")),
    )
    assert recall(session, both)["retrieval_recall.fused@1"] == 0.5


def test_a_question_without_evidence_is_not_searched(session: Sourcier) -> None:
    assert recall(session, Gold("x", "Who painted the Mona Lisa?", "en", kind="unanswerable")) == {}
