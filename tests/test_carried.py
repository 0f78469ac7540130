"""Figures and days as the other language writes them, for the model that translates."""

from __future__ import annotations

import pytest

from qa.carried import carried_over, without_offices
from qa.types import Lang


@pytest.mark.parametrize(
    ("lang", "into", "text", "expected"),
    [
        ("fr", "en", "Elle avait reçu plus de 1.600 appels.", "Elle avait reçu plus de 1,600 appels."),
        ("fr", "en", "Il manque 480 000 euros, soit 1,3 %.", "Il manque 480,000 euros, soit 1.3 %."),
        ("fr", "en", "Le train de 5h20, mardi 3 août.", "Le train de 5:20 a.m., Tuesday 3 August."),
        ("fr", "en", "Fermé à 14 h 30.", "Fermé à 2:30 p.m.."),
        ("fr", "en", "En l'an mille, la version 1.2.3.", "En l'an mille, la version 1.2.3."),
        ("en", "fr", "It closed at 2:05 p.m. on Friday.", "It closed at 14h05 on vendredi."),
        (
            "en",
            "fr",
            "It was in May: 5.6 million of 12,500,000.",
            "It was in mai: 5,6 million of 12\u202f500\u202f000.",
        ),
        ("en", "fr", "They may march on 300 people.", "They may march on 300 people."),
    ],
)
def test_figures_and_days_are_carried_over(lang: Lang, into: Lang, text: str, expected: str) -> None:
    assert carried_over(text, lang, into) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Il dirige l'Office central de lutte contre la fraude.",
            "Il dirige l'office central de lutte contre la fraude.",
        ),
        (
            "Selon la Chambre régionale des comptes, tout va.",
            "Selon la chambre régionale des comptes, tout va.",
        ),
        ("Anna Roy, de Brax, a vu le Havre et l'AFP.", "Anna Roy, de Brax, a vu le Havre et l'AFP."),
        ("M. de Villiers du Nord est là.", "M. de Villiers du Nord est là."),
    ],
)
def test_the_name_of_an_office_has_no_capital_and_a_person_s_has(text: str, expected: str) -> None:
    assert without_offices(text) == expected
