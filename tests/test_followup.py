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
        ("Pourquoi l'a-t-il vendue ?", "fr"),
        ("Y a-t-il vendu sa maison ?", "fr"),
        ("Combien y en a-t-il ?", "fr"),
        ("Why Hull?", "en"),
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
        ("Faut-il un permis pour pêcher ?", "fr"),
        ("y a t il un médecin au village", "fr"),
        ("Combien y a-t-il d'écluses sur le canal ?", "fr"),
        ("Est-ce qu'il y a eu des blessés sur le pont ?", "fr"),
        ("Est-il interdit de pêcher dans le lac ?", "fr"),
        ("Who built the bridge over the river?", "en"),
        ("Where is Hull located?", "en"),
        ("When was Anna Hart born?", "en"),
    ],
)
def test_a_question_that_stands_alone(question: str, lang: Lang) -> None:
    assert not leans_on_history(question, lang)
