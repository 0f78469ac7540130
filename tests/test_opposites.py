"""A translation may not say the opposite of what it translates."""

from __future__ import annotations

import pytest

from qa.polarity.opposites import turned_round


@pytest.mark.parametrize(
    ("quoted", "translated"),
    [
        ("The mill stopped working in 1951.", "Le moulin a commencé à fonctionner en 1951."),
        ("The bridge was closed in winter.", "Le pont était ouvert en hiver."),
        ("The council rejected the plan.", "Le conseil a accepté le projet."),
        ("She died in the north of the island.", "Elle est morte dans le sud de l'île."),
        ("Prices fell by a third.", "Les prix ont augmenté d'un tiers."),
    ],
)
def test_the_opposite_is_told(quoted: str, translated: str) -> None:
    assert turned_round(translated, "fr", quoted, "en")
    assert turned_round(quoted, "en", translated, "fr")


@pytest.mark.parametrize(
    ("quoted", "translated"),
    [
        ("The mill stopped working in 1951.", "Le moulin a cessé de fonctionner en 1951."),
        ("The council did not accept the plan.", "Le conseil a refusé le projet."),
        ("He was arrested when the work began.", "Il a été arrêté au début des travaux."),
        ("The farm opens before noon.", "La ferme ouvre avant midi."),
        ("It was built before and rebuilt after the war.", "Il fut construit avant et après la guerre."),
        ("On Friday it began to rain.", "Vendredi, il a commencé à pleuvoir."),
        ("He spoke before the guests, says the paper.", "Il a parlé devant les invités, d'après le journal."),
        (
            "He lost his freedom in 1820 and was imprisoned.",
            "Il perdit sa liberté en 1820 et fut emprisonné.",
        ),
    ],
)
def test_what_says_the_same_is_let_be(quoted: str, translated: str) -> None:
    assert not turned_round(translated, "fr", quoted, "en")
