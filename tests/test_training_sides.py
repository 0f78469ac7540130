"""The questions that wait for yes or no, and the texts that answer them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from qa.expected import form_of
from training.examples import read_rows
from training.sides import SIDES, read_sides


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_each_question_has_the_text_that_its_row_names(tmp_path: Path) -> None:
    for name in ("piaf-dev/corpus", "squad2-dev/questions", "rte3-fr/pairs", "daccord/pairs"):
        write(tmp_path / f"{name}.jsonl", [])
    section = {"id": "s", "article": "a", "sentences": ["The mill opened.", "It burnt down."]}
    write(tmp_path / "selqa/questions.jsonl", [section])
    asked = [["en", "Is the mill still there?", "no"], ["fr", "Le moulin a-t-il brûlé ?", "yes"]]
    told = {"id": "t", "told": ["Nobody was hurt."], "asked": [["en", "Was anyone hurt?", "no"]]}
    write(tmp_path / "sides.jsonl", [{"id": "r", "refs": [["selqa", "s", 1, 2]], "asked": asked}, told])
    found = read_sides(tmp_path, tmp_path / "sides.jsonl")
    assert [(one.source, one.text, one.lang, one.yes) for one in found] == [
        ("r", "It burnt down.", "en", False),
        ("r", "It burnt down.", "fr", True),
        ("t", "Nobody was hurt.", "en", False),
    ]


def test_the_file_holds_what_its_card_says() -> None:
    rows = list(read_rows(SIDES))
    asked = [(lang, question, side) for row in rows for lang, question, side in row["asked"]]
    card = (SIDES.parent / "README.md").read_text("utf-8")
    assert f"{len(asked):,} questions on {len(rows):,} excerpts" in card
    sides = Counter((lang, side) for lang, _, side in asked)
    assert sides.keys() == {(lang, side) for lang in ("fr", "en") for side in ("yes", "no")}
    # The product knows what it is asked for.
    known = sum(form_of(question, lang) == "yes_no" for lang, question, _ in asked)
    assert known / len(asked) > 0.95
