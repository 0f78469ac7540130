"""Which questions need the conversation to be understood."""

from __future__ import annotations

import pytest

from qa.followup import leans_on_history
from qa.types import Lang


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("Où prend-elle sa source ?", "fr"),
        ("Et que fixe ce traité ?", "fr"),
        ("Quand a-t-il vendu la maison ?", "fr"),
        ("Combien de temps la maire lui a-t-elle parlé ?", "fr"),
        ("Pourquoi ?", "fr"),
        ("When did he sell the house?", "en"),
        ("And the bridge?", "en"),
    ],
)
def test_a_follow_up(question: str, lang: Lang) -> None:
    assert leans_on_history(question, lang)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("Où la Loire prend-elle sa source ?", "fr"),
        ("Pourquoi la maison du meunier a-t-elle été vendue ?", "fr"),
        ("Quand Paul Garnier a-t-il rencontré sa femme ?", "fr"),
        ("Combien d'habitants le village compte-t-il depuis la guerre ?", "fr"),
        ("Who built the bridge over the river?", "en"),
    ],
)
def test_a_question_that_stands_alone(question: str, lang: Lang) -> None:
    assert not leans_on_history(question, lang)
