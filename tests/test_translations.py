"""What the model gives as a translation is shown only where it can be one."""

from __future__ import annotations

import pytest

from qa.compose import is_translation
from qa.types import Evidence, Lang, Span


def quotation(text: str, lang: Lang) -> Evidence:
    span = Span(0, len(text))
    return Evidence("d.txt", "", None, lang, 0, len(text), text, span, text)


@pytest.mark.parametrize(
    ("quoted", "lang", "translated", "into"),
    [
        ("The mine closed in 1951.", "en", "La mine a fermé en 1952.", "fr"),
        ("The crossing takes 40 minutes.", "en", "La traversée dure 40 heures.", "fr"),
        ("More than 15 people died.", "en", "Moins de 15 personnes sont mortes.", "fr"),
        ("The fine is up to £500.", "en", "L'amende est de 500 livres.", "fr"),
        ("The mine closed in September 1951.", "en", "La mine a fermé en octobre 1951.", "fr"),
        ("The council meets on Wednesdays.", "en", "Le conseil se réunit le mardi.", "fr"),
        ("La chapelle ouvre à 14 heures.", "fr", "The chapel opens at 4 p.m.", "en"),
        ("Anna left Austria for Hull.", "en", "Anna a quitté l'Australie pour Hull.", "fr"),
        ("Anna came from Iran to Hull.", "en", "Anna est venue d'Irak à Hull.", "fr"),
        ("Jeanne Aubry a vécu à Lorme.", "fr", "Anna Brown lived in Lorme.", "en"),
    ],
)
def test_another_number_bound_unit_day_or_name_is_none(
    quoted: str, lang: Lang, translated: str, into: Lang
) -> None:
    assert not is_translation(translated, into, quotation(quoted, lang))


@pytest.mark.parametrize(
    ("quoted", "lang", "translated", "into"),
    [
        ("Both towers are six feet high.", "en", "Les deux tours mesurent six pieds.", "fr"),
        ("She stayed for over ten years.", "en", "Elle resta plus de dix ans.", "fr"),
        ("The fine is a maximum of £500.", "en", "L'amende peut aller jusqu'à 500 livres.", "fr"),
        ("Le poids ne doit pas dépasser 3,5 tonnes.", "fr", "The maximum weight is 3.5 tonnes.", "en"),
        ("The fine is up to £500.", "en", "L'amende peut atteindre 500 livres.", "fr"),
        ("Anna left Austria for Hull.", "en", "Anna a quitté l'Autriche pour Hull.", "fr"),
        ("The British left the Middle East.", "en", "Les Britanniques quittèrent le Moyen-Orient.", "fr"),
        (
            "The Netherlands and Great Britain signed.",
            "en",
            "Les Pays-Bas et la Grande-Bretagne signèrent.",
            "fr",
        ),
        ("The Slovenian Anna Tolstoy read it.", "en", "La Slovène Anna Tolstoï l'a lu.", "fr"),
        ("The council meets on Wednesdays in May.", "en", "En mai, le conseil se réunit le mercredi.", "fr"),
        ("Quinze jours plus tard, Jeanne partit.", "fr", "Two weeks later, Jeanne left.", "en"),
    ],
)
def test_the_same_in_other_words_is_one(quoted: str, lang: Lang, translated: str, into: Lang) -> None:
    assert is_translation(translated, into, quotation(quoted, lang))
