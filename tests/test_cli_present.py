"""The Answer's JSON: its documented shape, and the way there and back."""

from __future__ import annotations

import json

import pytest

from qa.errors import ModelFailed, UsageError
from qa.present import answer_from_json, answer_to_json, dump_answer, error_answer, turns_from_json
from qa.types import (
    Answer,
    Citation,
    Claim,
    Evidence,
    ModelNames,
    Span,
    Timings,
    Turn,
    Usage,
)

EVIDENCE = Evidence(
    doc="a.pdf",
    title="Rapport",
    date="2023-03-02",
    lang="fr",
    start=10,
    end=30,
    text="Il a ajouté ceci. Et",
    context=Span(0, 30),
    context_text="Ève parla. Il a ajouté ceci. Et",
    scores={"dense": 0.8},
    source="Agence",
    page=2,
)
ALONE = Evidence("b.txt", "B", None, "en", 0, 4, "Yes.", Span(0, 4), "Yes.")
ANSWER = Answer(
    id="q7",
    question="Où ?",
    lang="fr",
    status="answered",
    answer="À Paris [1].",
    claims=(Claim("À Paris.", "supported", 0.97, (1,)),),
    citations=(
        Citation("a.pdf", "Rapport", "2023-03-02", 10, 30, "Il a ajouté ceci. Et", 1, "Agence", 2, "fr"),
    ),
    model=ModelNames("l", "e"),
    timings=Timings(0.4, 3.1, 5.2),
    understood="Où est-elle ?",
    evidence=(EVIDENCE, ALONE),
    dropped=(ALONE,),
    usage=Usage(500, 300, 20),
    signals={"none": 0.1},
    index="g1",
)
REFUSED = Answer(
    id="",
    question="Why?",
    lang="en",
    status="refused",
    answer="The documents do not say.",
    nearest=(Citation("b.txt", "B", None, 0, 4, "Yes."),),
)


def test_the_documented_fields_come_first_and_in_order() -> None:
    documented = (
        *("schema", "id", "question", "lang", "status", "answer", "claims", "citations", "disagreement"),
        *("nearest", "error", "model", "timings"),
    )
    data = answer_to_json(ANSWER)
    assert tuple(data)[: len(documented)] == documented
    assert data["schema"] == 1
    assert data["claims"] == [{"text": "À Paris.", "verdict": "supported", "support": 0.97, "citations": [1]}]
    assert tuple(data["citations"][0])[:8] == (
        *("n", "doc", "title", "date", "start", "end", "quote", "translation"),
    )
    assert data["tokens"] == {"read": 500, "cached": 300, "written": 20}


def test_only_paged_documents_have_a_page_and_nearest_sentences_no_number() -> None:
    assert answer_to_json(ANSWER)["citations"][0]["page"] == 2
    (nearest,) = answer_to_json(REFUSED)["nearest"]
    assert "page" not in nearest
    assert "n" not in nearest
    assert answer_to_json(REFUSED)["citations"] == []


@pytest.mark.parametrize(
    "answer", [ANSWER, REFUSED, error_answer("e", "Où ?", "fr", ModelFailed("Cut.", "Again."))]
)
def test_there_and_back(answer: Answer) -> None:
    assert answer_from_json(json.loads(dump_answer(answer))) == answer


def test_json_is_not_escaped() -> None:
    assert "À Paris" in dump_answer(ANSWER)


def test_another_schema_is_refused() -> None:
    with pytest.raises(UsageError, match="schema 2"):
        answer_from_json(answer_to_json(ANSWER) | {"schema": 2})


@pytest.mark.parametrize(
    "value", ["text", 3, [{"question": "Q"}], [["Q", "A"]], [{"question": "", "answer": ""}]]
)
def test_a_history_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(UsageError):
        turns_from_json(value)


def test_a_history_keeps_its_order() -> None:
    value = [{"question": "Q1", "answer": "A1"}, {"question": "Q2", "answer": "", "more": 1}]
    assert turns_from_json(value) == (Turn("Q1", "A1"), Turn("Q2", ""))
