"""Evidence: the right sentence first, across languages, with what it needs to stand alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.index import Index, open_index, update_index
from qa.lang import detect_lang
from qa.models.e5 import E5Embedder
from qa.retrieve import Query, retrieve
from qa.settings import AnswerSettings, RetrieveSettings, load_settings
from qa.types import Evidence
from qa.weigh import OnnxReader, load_calibration, rank
from qa.write import format_excerpts, in_document_order, pick_excerpts

CORPUS = {
    "phare.txt": (
        "Le phare de Cordouan\n\nLe phare de Cordouan se dresse à l'embouchure de la Gironde. Il a été "
        "achevé en 1611 par l'ingénieur François Beuscher.\n\nUne nouvelle ampoule a été posée en 2022. Le "
        "gardien a déclaré que les visites reprendraient au printemps.\n"
    ),
    "kew.txt": (
        "Kew Gardens\n\nThe Palm House at Kew was built between 1844 and 1848. Gardeners water its palms "
        "every morning. The entrance fee is 22 pounds for adults.\n"
    ),
    "digue.txt": "date 2023-03 La digue de Brax\n\nLa digue de Brax protège le port.\n",
    "pain.txt": "La farine de blé donne un pain clair. Le levain demande douze heures de repos.\n",
}


@pytest.fixture(scope="module")
def embedder() -> E5Embedder:
    return E5Embedder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: E5Embedder) -> Iterator[Index]:
    root: Path = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    for name, text in CORPUS.items():
        (root / "docs" / name).write_text(text, "utf-8")
    loaded = load_settings(root, {})
    update_index([root / "docs"], loaded, embedder)
    with open_index(loaded, embedder) as opened:
        yield opened


def find(question: str, index: Index, embedder: E5Embedder, **limits: int) -> tuple[Evidence, ...]:
    settings = RetrieveSettings(**limits)
    query = Query(question, detect_lang(question, default="fr"))
    found = retrieve(query, index, embedder, settings)
    return rank(query, found, OnnxReader(), load_calibration(), settings.evidence).evidence


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("En quelle année le phare de Cordouan a-t-il été achevé ?", "1611"),
        ("When was the Cordouan lighthouse completed?", "1611"),
        ("Combien coûte l'entrée des jardins de Kew ?", "22 pounds"),
        ("How much does it cost to get into Kew Gardens?", "22 pounds"),
        ("Combien de temps le levain repose-t-il ?", "douze heures"),
        ("L’évènement : une ampoule posée au phare", "ampoule"),
    ],
)
def test_the_sentence_that_answers_is_among_the_first_three(
    question: str, expected: str, index: Index, embedder: E5Embedder
) -> None:
    assert any(expected in item.text for item in find(question, index, embedder)[:3])


def test_evidence_is_the_document_s_own_text_ranked_with_the_scores_of_each_leg(
    index: Index, embedder: E5Embedder
) -> None:
    found = find("Quand le phare de Cordouan a-t-il été achevé ?", index, embedder)
    assert len({(item.doc, item.start) for item in found}) == len(found)
    for item in found:
        assert CORPUS[item.doc][item.start : item.end] == item.text
        assert item.context_text in CORPUS[item.doc]
        assert item.text in item.context_text
    assert {"dense", "lexical", "fused", "reader"} <= set(found[0].scores)
    weights = [item.scores["reader"] for item in found]
    assert weights == sorted(weights, reverse=True)


def test_a_sentence_that_leans_on_the_one_before_brings_it(index: Index, embedder: E5Embedder) -> None:
    found = find("Qui a achevé le phare ?", index, embedder)
    leaning = next(item for item in found if item.text.startswith("Il a été achevé"))
    assert leaning.context_text.startswith("Le phare de Cordouan se dresse")


def test_the_date_that_an_export_left_before_the_words_is_no_evidence(
    index: Index, embedder: E5Embedder
) -> None:
    found = [
        e for e in find("De quelle date est la digue de Brax ?", index, embedder) if e.doc == "digue.txt"
    ]
    assert "La digue de Brax protège le port." in {e.text for e in found}
    assert "date 2023-03" not in {e.text for e in found}


def test_the_limit_of_evidence_holds(index: Index, embedder: E5Embedder) -> None:
    assert len(find("Le phare de Cordouan", index, embedder, evidence=2)) == 2


def test_excerpts_stay_within_their_characters(index: Index, embedder: E5Embedder) -> None:
    found = find("Qui a achevé le phare de Cordouan, et quand ?", index, embedder)
    few = pick_excerpts(found, AnswerSettings(excerpt_characters=200))
    assert 2 <= len(few) < len(pick_excerpts(found, AnswerSettings()))
    lines = format_excerpts("Qui ?", few).splitlines()
    assert [line[:4] for line in lines] == [f"[{n}] " for n in range(1, len(few) + 1)]


def test_a_neighbour_that_was_shown_already_is_not_repeated(index: Index, embedder: E5Embedder) -> None:
    found = find("Où se dresse le phare de Cordouan, à quelle embouchure ?", index, embedder)
    first = next(item for item in found if item.text.startswith("Le phare de Cordouan se dresse"))
    leaning = next(item for item in found if item.text.startswith("Il a été achevé"))
    shown = pick_excerpts((first, leaning), AnswerSettings())
    assert [item.context_text for item in shown] == [first.text, leaning.text]


def test_excerpts_of_a_document_stand_in_its_order(index: Index, embedder: E5Embedder) -> None:
    found = find("Qui a achevé le phare de Cordouan, et quand ?", index, embedder)
    of = [item for item in found if item.doc == found[0].doc and item.text != item.title][:3]
    shown = in_document_order(sorted(of, key=lambda item: -item.start))
    assert len(shown) > 1
    assert [item.start for item in shown] == sorted(item.start for item in shown)


def test_a_language_that_is_far_from_the_question_is_left_out(index: Index, embedder: E5Embedder) -> None:
    found = find("When was the Palm House at Kew built?", index, embedder)
    assert {item.lang for item in found} == {"en"}


def test_a_title_takes_no_place_among_the_excerpts(index: Index, embedder: E5Embedder) -> None:
    found = find("Le phare de Cordouan", index, embedder)
    assert "Le phare de Cordouan" in [item.text for item in found]
    shown = pick_excerpts(found, AnswerSettings())
    assert "Le phare de Cordouan" not in [item.text for item in shown]
