"""Sheets that the probe learns from: an excerpt told without its answer answers no more."""

from __future__ import annotations

import json
import random
from pathlib import Path

from training.examples import Asked
from training.probe import Sheet
from training.untold import is_tellable, read_untold, with_untold

SENTENCE = "Le phare a été bâti en 1887 sur un îlot de la baie."
LEFT = "Le phare se dresse sur un îlot de la baie."
QUESTION = "En quelle année le phare a-t-il été bâti ?"
TRANSLATED = "In what year was the lighthouse built?"
ASKED = Asked("q1", "fr", QUESTION, "Phare", (SENTENCE,), (0,), (), "1887")
SHEET = Sheet(
    "fr-1",
    "Phare",
    "fr",
    ("La baie gèle en hiver.", SENTENCE, "Un gardien y vit."),
    (
        ("fr", QUESTION, 2, "present"),
        ("en", TRANSLATED, 2, "present"),
        ("fr", "Où est le phare ?", 2, "present"),
        ("fr", "Qui vit là ?", 3, "present"),
        ("fr", "Qui l'a peint ?", 0, "near"),
    ),
)


def made(tmp_path: Path, text: str) -> Path:
    row = {"id": "w-fr-q1", "text": text, "sentence": SENTENCE}
    (tmp_path / "made.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    return tmp_path / "made.jsonl"


def test_what_still_holds_the_answer_is_cut_or_left_out(tmp_path: Path) -> None:
    assert read_untold(made(tmp_path, LEFT), [ASKED], {}) == {QUESTION: (SENTENCE, LEFT)}
    cut = read_untold(made(tmp_path, "Le phare est né en 1887 sur un îlot de la baie."), [ASKED], {})
    assert cut[QUESTION][1] == "Le phare est né sur un îlot de la baie."
    assert read_untold(made(tmp_path, "1887 vit naître le phare de la baie."), [ASKED], {}) == {}


def test_an_excerpt_without_its_answer_stands_beside_it_or_in_its_place(tmp_path: Path) -> None:
    untold = read_untold(made(tmp_path, LEFT), [ASKED], {f"en {QUESTION}": TRANSLATED})
    assert is_tellable(SHEET, untold)
    kinds = set[str]()
    for seed in range(20):
        sheet = with_untold(SHEET, untold, random.Random(seed))
        if sheet == SHEET:
            continue
        said = {question: (number, kind) for _, question, number, kind in sheet.asked}
        number, kind = said[QUESTION]
        kinds.add(kind)
        assert LEFT in sheet.excerpts
        assert said[TRANSLATED] == said[QUESTION]
        # It may be answered by both.
        assert "Où est le phare ?" not in said
        assert sheet.excerpts[said["Qui vit là ?"][0] - 1] == "Un gardien y vit."
        assert said["Qui l'a peint ?"][0] == 0
        if kind == "beside":
            assert sheet.excerpts[number - 1] == SENTENCE
        else:
            assert number == 0
            assert SENTENCE not in sheet.excerpts
    assert kinds == {"beside", "untold"}
