"""What a document reports as said stays attributed."""

from __future__ import annotations

import pytest

from qa.attribution import attribute, speaker_of
from qa.types import Lang


@pytest.mark.parametrize(
    ("text", "lang", "speaker"),
    [
        ("Selon la mairie, le pont rouvrira en mai.", "fr", "la mairie"),
        ("D'après Jeanne Morel, la récolte est perdue.", "fr", "Jeanne Morel"),
        ("Jeanne Morel a déclaré que la récolte était perdue.", "fr", "Jeanne Morel"),
        ("« La récolte est perdue », a affirmé Jeanne Morel.", "fr", "Jeanne Morel"),
        ("According to the harbour master, the ferry is late.", "en", "the harbour master"),
        ("Alice Brown said that the ferry was late.", "en", "Alice Brown"),
        ("Selon M. Morel, la récolte est perdue.", "fr", "M. Morel"),
        ("La récolte est perdue selon la préfecture.", "fr", "la préfecture"),
        ("Le maire de Lorme a déclaré que la récolte était perdue.", "fr", "le maire de Lorme"),
        (
            "Hier, la présidente de la foire de Lorme a dit que tout allait bien.",
            "fr",
            "la présidente de la foire de Lorme",
        ),
        ("Le pont de Lorme, a affirmé Paul Roy, est de 1702.", "fr", "Paul Roy"),
        ("L'historien Paul Roy affirme que le pont est de 1702.", "fr", "l'historien Paul Roy"),
        ("The harbour master said that the ferry was late.", "en", "the harbour master"),
        ("The board of trade quickly denounced that.", "en", None),
        ("Alice Brown told reporters that the ferry was late.", "en", "Alice Brown"),
        ('"The ferry is late," said Alice Brown.', "en", "Alice Brown"),
        # What something varies with, follows or is drawn from does not speak; "he" is somebody elsewhere.
        ("Le tarif varie selon la saison, de 2 à 5 euros.", "fr", None),
        ("Le maire est désigné selon un tirage au sort.", "fr", None),
        ("Elle peignit le port d'après nature.", "fr", None),
        ("The price varies according to the season.", "en", None),
        ("On estime que la récolte est perdue.", "fr", None),
        ("Il affirme que la récolte est perdue.", "fr", None),
        ("She said that the ferry was late.", "en", None),
        ("Le pont rouvrira en mai.", "fr", None),
        ("The ferry leaves at noon.", "en", None),
        ("Il a dit bonjour.", "fr", None),
    ],
)
def test_the_speaker_is_found(text: str, lang: Lang, speaker: str | None) -> None:
    assert speaker_of(text, lang) == speaker


@pytest.mark.parametrize(
    ("claim", "lang", "evidence", "expected"),
    [
        (
            "Le pont rouvrira en mai.",
            "fr",
            "Selon la mairie, le pont rouvrira en mai.",
            "Selon la mairie, le pont rouvrira en mai.",
        ),
        (
            "La récolte est perdue.",
            "fr",
            "Jeanne Morel a déclaré que la récolte était perdue.",
            "Selon Jeanne Morel, la récolte est perdue.",
        ),
        (
            "The ferry was late.",
            "en",
            "Alice Brown said that the ferry was late.",
            "According to Alice Brown, the ferry was late.",
        ),
        (
            "Alice Brown said the ferry was late.",
            "en",
            "Alice Brown said that the ferry was late.",
            "Alice Brown said the ferry was late.",
        ),
        ("Le pont rouvrira en mai.", "fr", "Le pont rouvrira en mai.", "Le pont rouvrira en mai."),
        (
            "The ferry was late.",
            "en",
            "The harbour master said that the ferry was late.",
            "According to the harbour master, the ferry was late.",
        ),
        (
            "Le tarif va de 2 à 5 euros.",
            "fr",
            "Le tarif varie selon la saison, de 2 à 5 euros.",
            "Le tarif va de 2 à 5 euros.",
        ),
        (
            "Jeanne Morel a 40 ans.",
            "fr",
            "Jeanne Morel a déclaré que 40 ans suffisent.",
            "Jeanne Morel a 40 ans.",
        ),
    ],
)
def test_a_claim_keeps_the_speaker_of_its_evidence(
    claim: str, lang: Lang, evidence: str, expected: str
) -> None:
    assert attribute(claim, lang, evidence, lang) == expected
