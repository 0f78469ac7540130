"""The lexical leg's words, French and English."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.index.analyse import analyse, analyse_question
from qa.index.lexical import Lexical, build_lexical
from qa.types import Lang


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("l'événement", "évènements", "fr"),
        ("l’Ukraine", "ukraine", "fr"),
        ("qu'elle jusqu'à Kiev", "Kiev", "fr"),
        ("lorsqu’Emmanuel", "emmanuel", "fr"),
        ("négociations", "négociation", "fr"),
        ("cœur", "coeur", "fr"),
        ("cafe\u0301", "café", "fr"),
        ("the president's plans", "plan of the president", "en"),
        ("bridges carried", "bridge carries", "en"),
    ],
)
def test_spellings_of_the_same_words_meet(one: str, other: str, lang: Lang) -> None:
    assert sorted(analyse(one, lang)) == sorted(analyse(other, lang)) != []


def test_accents_that_a_question_leaves_out_do_not_matter() -> None:
    assert analyse("evenement a Saint-Etienne", "fr") == analyse("événement à Saint-Étienne", "fr")


def test_numbers_stay_whole() -> None:
    assert analyse("2,5 millions en 2023", "fr")[0] == "2,5"
    assert "2023" in analyse("2,5 millions en 2023", "fr")
    assert "1,200" in analyse("1,200 people", "en")


def test_words_that_say_nothing_are_left_out() -> None:
    assert analyse("Où est-ce que cela s'est passé ?", "fr") == analyse("passé", "fr")
    assert analyse("What is the name of it?", "en") == analyse("name", "en")


def test_a_question_is_read_in_every_language_of_the_documents() -> None:
    stems = analyse_question("Quels trains traversent the bridges?", ("fr", "en"))
    assert {"bridg", *analyse("traversent", "fr")} <= set(stems)
    assert len(stems) == len(set(stems))


def test_mixed_documents_are_each_found_in_their_language(tmp_path: Path) -> None:
    passages: list[tuple[str, Lang]] = [
        ("Les négociateurs se réunissent à Genève.", "fr"),
        ("The negotiators meet in Geneva.", "en"),
        ("Rien de tout cela.", "fr"),
    ]
    build_lexical(tmp_path, passages)
    lexical = Lexical(tmp_path, 3)
    assert lexical.scores("la réunion des négociateurs").argmax() == 0
    assert lexical.scores("a negotiator met").argmax() == 1
    assert not lexical.scores("et de la").any()
    assert not lexical.scores("zzz").any()


def test_a_corpus_without_words_has_an_index_too(tmp_path: Path) -> None:
    build_lexical(tmp_path, [("— — —", "fr"), ("…", "en")])
    assert not Lexical(tmp_path, 2).scores("une question").any()
