"""Sources that give another number for the same thing are found."""

from __future__ import annotations

import pytest

from qa.disagree import find_disagreement
from qa.types import Lang

HALT = "Le train s'arrête {} en gare de Valbourg."
ASKED = "Combien de temps le train s'arrête-t-il à Valbourg ?"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["dix minutes", "moins de 10 minutes"], (0, 1)),
        (["environ 10 minutes", "moins de 10 minutes"], (0, 1)),
        (["10 minutes", "25 minutes"], (0, 1)),
        (["10 minutes", "dix minutes", "25 minutes"], (0, 2)),
        (["10 minutes", "15 minutes", "20 minutes", "25 minutes"], (0, 1, 2)),
        (["10 minutes", "une dizaine de minutes"], ()),
        (["10 minutes", "10 minutes"], ()),
        (["plus de 10 minutes", "12 minutes"], ()),
        (["dans les 10 minutes", "10 minutes"], ()),
        (["dans les 10 minutes", "25 minutes"], (0, 1)),
        (["à partir de 10 minutes", "12 minutes"], ()),
        (["moins de 10 minutes", "moins de 10 minutes"], ()),
    ],
)
def test_another_number_for_the_same_thing(values: list[str], expected: tuple[int, ...]) -> None:
    sentences: list[tuple[str, Lang, str]] = [
        (HALT.format(v), "fr", f"{i}.txt") for i, v in enumerate(values)
    ]
    assert find_disagreement(ASKED, "fr", sentences) == expected


@pytest.mark.parametrize(
    ("question", "lang", "one", "other"),
    [
        (
            "How many people died in the Ashwell fire?",
            "en",
            ("Twelve people died in the fire at the Ashwell mill.", "en"),
            ("The fire at the Ashwell mill left at least 15 people dead.", "en"),
        ),
        (
            "How many people died in the Ashwell fire?",
            "en",
            ("Twelve people died in the fire at the Ashwell mill.", "en"),
            ("L'incendie du moulin d'Ashwell a fait 15 morts.", "fr"),
        ),
        (
            "Combien de bateaux relient Valbourg par jour ?",
            "fr",
            ("Douze bateaux relient Valbourg chaque jour.", "fr"),
            ("Quinze bateaux relient chaque jour Valbourg au continent.", "fr"),
        ),
        (
            "Combien d'habitants compte Valbourg ?",
            "fr",
            ("Valbourg compte 1 200 habitants.", "fr"),
            ("La commune de Valbourg a 1 500 habitants.", "fr"),
        ),
        (
            "How deep is the well?",
            "en",
            ("The well of Valbourg is 40 feet deep.", "en"),
            ("The well of Valbourg is 55 feet deep.", "en"),
        ),
        (
            "How long does the crossing take?",
            "en",
            ("The crossing to Valbourg takes 40 minutes.", "en"),
            ("La traversée vers Valbourg dure 55 minutes.", "fr"),
        ),
        (
            "À quelle heure ouvre le musée ?",
            "fr",
            ("Le musée municipal ouvre à 9 h.", "fr"),
            ("Le musée municipal ouvre ses portes à 10 heures.", "fr"),
        ),
    ],
)
def test_in_both_languages(question: str, lang: Lang, one: tuple[str, Lang], other: tuple[str, Lang]) -> None:
    assert find_disagreement(question, lang, [(*one, "a.txt"), (*other, "b.txt")]) == (0, 1)


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Another thing, another unit, another year, another question.
        (ASKED, HALT.format("10 minutes"), "La boulangerie cuit son pain en 25 minutes."),
        (ASKED, HALT.format("10 minutes"), HALT.format("deux fois")),
        (
            "Combien de morts l'incendie a-t-il faits ?",
            "En 1902, l'incendie du moulin a fait 12 morts.",
            "En 1911, l'incendie du moulin a fait 15 morts.",
        ),
        (
            "Combien de morts l'incendie a-t-il faits ?",
            "L'incendie a fait 10 blessés.",
            "L'incendie a fait 12 blessés.",
        ),
        ("Qui conduit le train ?", HALT.format("10 minutes"), HALT.format("25 minutes")),
        (
            ASKED,
            "Le train s'arrête 10 minutes à Valbourg et 20 minutes à Brême.",
            HALT.format("20 minutes"),
        ),
    ],
)
def test_what_does_not_disagree(question: str, one: str, other: str) -> None:
    assert find_disagreement(question, "fr", [(one, "fr", "a.txt"), (other, "fr", "b.txt")]) == ()


def test_one_document_does_not_disagree_with_itself() -> None:
    sentences: list[tuple[str, Lang, str]] = [
        (HALT.format("10 minutes"), "fr", "a.txt"),
        (HALT.format("25 minutes"), "fr", "a.txt"),
    ]
    assert find_disagreement(ASKED, "fr", sentences) == ()


@pytest.mark.parametrize(
    ("question", "lang", "one", "other", "expected"),
    [
        (
            "Le barrage a-t-il été inspecté avant la rupture ?",
            "fr",
            "Le barrage a été inspecté avant la rupture, affirme l'exploitant.",
            "Le syndicat assure que le barrage n'a pas été inspecté avant la rupture.",
            (0, 1),
        ),
        (
            "Was the lamp lit that night?",
            "en",
            "The lamp was lit that night, the keeper said.",
            "The captain said that the lamp was not lit that night.",
            (0, 1),
        ),
        (
            "Le maire a-t-il reçu les pompiers ?",
            "fr",
            "Le maire a reçu les pompiers en janvier.",
            "Le maire n'a pas reçu les parents d'élèves.",
            (),
        ),
        (
            "Who lit the lamp that night?",
            "en",
            "The lamp was lit that night, the keeper said.",
            "The captain said that the lamp was not lit that night.",
            (),
        ),
    ],
)
def test_one_denies_what_the_other_says(
    question: str, lang: Lang, one: str, other: str, expected: tuple[int, ...]
) -> None:
    assert find_disagreement(question, lang, [(one, lang, "a.txt"), (other, lang, "b.txt")]) == expected
