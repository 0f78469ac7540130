"""Questions that ask two things."""

from __future__ import annotations

import pytest

from qa.compound import split_question
from qa.types import Lang


@pytest.mark.parametrize(
    ("lang", "question", "expected"),
    [
        (
            "fr",
            "Quand et où le pont a-t-il ouvert ?",
            ["Quand le pont a-t-il ouvert ?", "Où le pont a-t-il ouvert ?"],
        ),
        (
            "en",
            "When and where did the ferry sink?",
            ["When did the ferry sink?", "Where did the ferry sink?"],
        ),
        (
            "fr",
            "Qui dirige la scierie et combien d'ouvriers y travaillent ?",
            ["Qui dirige la scierie ?", "Combien d'ouvriers y travaillent ?"],
        ),
        (
            "fr",
            "Qui dirige la scierie et combien d'ouvriers emploie-t-elle ?",
            ["Qui dirige la scierie ?", "Combien d'ouvriers emploie-t-elle ?"],
        ),
        (
            "en",
            "Who built the mill and how long did it take?",
            ["Who built the mill?", "How long did it take?"],
        ),
        (
            "fr",
            "Qui dirige la scierie ? Et combien d'ouvriers emploie-t-elle ?",
            ["Qui dirige la scierie ?", "Combien d'ouvriers emploie-t-elle ?"],
        ),
        (
            "en",
            'Who wrote "Where and how" and when did it appear?',
            ['Who wrote "Where and how"?', "When did it appear?"],
        ),
        (
            "en",
            "According to the mayor, how many people came and who paid for it?",
            ["According to the mayor, how many people came?", "According to the mayor, who paid for it?"],
        ),
        (
            "fr",
            "Des deux sœurs, quel âge a l'aînée et comment s'appelle la cadette ?",
            ["Des deux sœurs, quel âge a l'aînée ?", "Des deux sœurs, comment s'appelle la cadette ?"],
        ),
    ],
)
def test_two_questions_are_two(lang: Lang, question: str, expected: list[str]) -> None:
    assert [part.text for part in split_question(question, lang)] == expected


@pytest.mark.parametrize(
    ("lang", "question"),
    [
        ("en", "What is the difference between what the mayor said and what the council voted?"),
        ("fr", "Quel est le lien entre la mairie et le port ?"),
        ("en", "Who are Ann and Bill?"),
        ("en", 'Who wrote "Where and how is it to end"?'),
        ("fr", "Qui a écrit « Où va-t-on et comment y va-t-on » ?"),
        ("en", "Who founded the club, and when?"),
        ("fr", "En quel mois et de quelle année le pont date-t-il ?"),
        ("en", "In what month and in which year did the ferry sink?"),
        ("en", "When, where and why did it close?"),
        ("fr", "Combien de pommes et de poires ont été vendues ?"),
        ("fr", "Pourquoi la mairie et le port se disputent-ils ?"),
    ],
)
def test_one_question_stays_one(lang: Lang, question: str) -> None:
    assert [part.text for part in split_question(question, lang)] == [question]
