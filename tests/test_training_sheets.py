"""Sheets that the probe learns from: told without its answer an excerpt answers no more."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.models.protocols import Vectors
from qa.words import parts
from training.asserted import assert_sheets, is_whether, read_pairs
from training.attributed import attribute_sheets
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


class Alike:
    """An embedder to which two texts are as near as the words that they share."""

    name, dims = "words", 64

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dims), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in parts(text.casefold()):
                row[zlib.crc32(word.encode()) % self.dims] += 1
            row /= max(float(np.linalg.norm(row)), 1.0)
        return vectors

    embed_queries = embed_passages


def test_a_sheet_asks_whether_what_its_sentences_say_or_deny_is_so(tmp_path: Path) -> None:
    rows = [
        ("Le phare de Kerity a fermé en 1987, dit la mairie.", "Le phare a fermé en 1987.", "entailment"),
        ("Le phare de Kerity a fermé en 1987, dit la mairie.", "Le phare a fermé en 1990.", "contradiction"),
        ("La criée du port a brûlé.", "Le port a brûlé.", "neutral"),
        ("Le bac ne part plus le soir.", "Le bac part à midi.", "neutral"),
    ]
    for name in ("rte3-fr", "daccord"):
        (tmp_path / name).mkdir()
        # The first of five is held out.
        told = [("Un autre.", "C'est un autre.", "contradiction"), *(rows if name == "rte3-fr" else ())]
        lines = [
            {"id": f"{name}-{i}", "premise": p, "hypothesis": h, "label": label}
            for i, (p, h, label) in enumerate(told)
        ]
        (tmp_path / name / "pairs.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    pairs = read_pairs(tmp_path)
    seen: dict[str, set[bool]] = {}
    for seed in range(20):
        for sheet in assert_sheets(pairs, Alike(), False, seed):
            assert is_whether(sheet)
            assert "Un autre." not in sheet.excerpts
            for _, question, number, _ in sheet.asked:
                seen.setdefault(question, set()).add(bool(number))
                assert not number or "Kerity" in sheet.excerpts[number - 1]
    # With the sentence left out nothing answers; what it leaves open it never does.
    assert seen == {
        "Est-ce que le phare a fermé en 1987 ?": {True, False},
        "Est-ce que le phare a fermé en 1990 ?": {True, False},
        "Est-ce que le port a brûlé ?": {False},
        "Est-ce que le bac part à midi ?": {False},
    }


def test_a_sheet_asks_who_says_what_a_sentence_reports() -> None:
    told = (
        "Selon la mairie de Brest, le phare a été bâti sur un îlot de la baie, en face du port.",
        "Le phare se voit de loin quand le temps est clair et que la mer est calme.",
        "La baie gèle en hiver, ce qui empêche le bac de partir pour les îles.",
        "Le vieux gardien du phare y vit avec son chien et deux chats depuis dix ans.",
        "Le bac part du port tous les jours à midi, sauf le dimanche et les jours de fête.",
    )
    asked = [Asked("q1", "fr", QUESTION, "Gardien", told, (0,), (), "")]
    bare = "Le phare a été bâti sur un îlot de la baie."
    seen: dict[str, set[bool]] = {"with": set(), "without": set()}
    for seed in range(40):
        (sheet,) = attribute_sheets(asked, [], False, seed)
        assert all("la mairie" not in question for _, question, _, _ in sheet.asked)
        (_, question, number, _), *_ = sheet.asked
        assert "le phare a été bâti sur un îlot de la baie" in question
        seen["with" if told[0] in sheet.excerpts else "without"].add(bare in sheet.excerpts)
        assert sheet.excerpts[number - 1] == told[0] if number else told[0] not in sheet.excerpts
    # What says it without its speaker stands beside or alone; the speaker's sentence answers wherever it is.
    assert seen == {"with": {True, False}, "without": {True}}
