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
