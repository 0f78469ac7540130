"""Quotation marks as each language sets them; what a document says between them stays to the letter."""

from __future__ import annotations

import re

import pytest

from qa.chat.proof import suggest_questions
from qa.chat.texts import TEXTS, text
from qa.phrases import phrase
from qa.serve.footnotes import with_footnotes, without_footnotes
from qa.signs import warnings
from qa.types import LANGS, Answer, Citation, Claim, Lang
from qa.typography import inner

QUOTE = 'Il l’a dit : « Le "grand" pont est fermé. »'


@pytest.mark.parametrize(
    ("lang", "written", "inside"),
    [
        ("fr", "« Le Phare » (2021).", "“Le Phare” (2021)."),
        ("fr", "L'«\u00a0été\u00a0» et «l'hiver»", "L'“été” et “l'hiver”"),
        ("fr", 'dit "oui" et “non”', 'dit "oui" et “non”'),
        ("en", 'The "old" “mill”', "The 'old' ‘mill’"),
        ("en", "Le « vieux » moulin", "Le « vieux » moulin"),
    ],
)
def test_marks_inside_marks_are_inner_ones(lang: Lang, written: str, inside: str) -> None:
    assert inner(written, lang) == inside


@pytest.mark.parametrize("name", [name for name, texts in TEXTS.items() if "«" in texts["fr"]])
def test_french_marks_of_the_page_never_break(name: str) -> None:
    values = dict.fromkeys(re.findall(r"\{(\w+)", TEXTS[name]["fr"]), 2)
    assert re.findall("«(?!\u00a0)|(?<!\u00a0)»", text(name, "fr", **values)) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["quote_fr", "quote_en", "also_fr", "also_en", "says", "says_translated"])
def test_a_quotation_stands_between_marks_to_the_letter(name: str, lang: Lang) -> None:
    values = {"quote": QUOTE, "title": "L'« été »", "translation": "T", "when": "", "dated": ""}
    said = phrase(name, lang, **values)
    marks = ("«\u00a0", "\u00a0»") if lang == "fr" else ('"', '"')
    assert f"{marks[0]}{QUOTE}{marks[1]}" in said
    if "title" in name or name.startswith("says"):
        assert ("L'“été”" if lang == "fr" else "L'« été »") in said


def test_a_question_that_is_repeated_keeps_no_outer_marks() -> None:
    said = phrase("silent_on", "fr", question="Qu'a dit « The Guardian » ?")
    assert said == "Les documents ne répondent pas à : «\u00a0Qu'a dit “The Guardian” ?\u00a0»"
    named = Citation("a.txt", "L'« été » à Brest", None, 0, 1, "x")
    assert suggest_questions((named,), "fr") == ["Que dit «\u00a0L'“été” à Brest\u00a0» ?"]


@pytest.mark.parametrize("lang", LANGS)
def test_notes_quote_to_the_letter_and_are_told_from_the_answer(lang: Lang) -> None:
    claim = Claim("« Le Phare » dit non.", "unsupported", 0.1, (1,))
    cited = Citation("a.txt", "A", None, 0, len(QUOTE), QUOTE, 1, translation="T")
    answer = Answer("", "Q", lang, "answered", "Non [1].", claims=(claim,), citations=(cited,))
    told = with_footnotes(answer)
    assert QUOTE in told.replace("\u2060", "")
    if lang == "fr":
        assert "Non vérifié : «\u00a0“Le Phare” dit non.\u00a0»" in told
    # A client that writes other spaces gets the answer alone, too.
    for sent in (told, told.replace("\u00a0", " ")):
        assert without_footnotes(sent) == "Non [1]."
    assert warnings(answer, lang)
